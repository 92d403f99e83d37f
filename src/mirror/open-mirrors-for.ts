import { type DynamicModule } from '@nestjs/common';
import { type RequestHandler } from 'express';

import { type MirrorObserver } from '../domain/mirror-report.js';
import { type PartLog } from '../log/log.js';
import { type Storage } from '../storage/ports/storage.js';
import { type MirrorSources } from './content/mirrors.js';
import { openMirroredPorts, type MirroredPorts } from './mirrored-ports.js';
import { MirrorModule } from './mirror.module.js';
import { mayFetch, recordAnswer, withRequest } from './requests/request-of-work.js';

/** The parts by which an application serves mirrors. */
export interface Mirroring {
  readonly ports: MirroredPorts;
  /** Runs before the handlers. */
  readonly middleware: RequestHandler;
  /** Ends the mirrors with the application. */
  readonly module: DynamicModule;
}

/** Opens the mirrors for the clients of a registry: each request knows how it was answered, and only some may cause a fetch. */
export function openMirrorsFor(
  sources: MirrorSources,
  storage: Storage,
  log: PartLog,
  observer?: MirrorObserver,
): Mirroring {
  const ports = openMirroredPorts(sources, storage, {
    log,
    mayFetch,
    watch: {
      answered: (mirror, kind, result) => {
        recordAnswer(mirror, kind, result);
        observer?.answered(mirror, kind, result);
      },
      transferred: (mirror, from, bytes) => observer?.transferred(mirror, from, bytes),
    },
  });
  observer?.attend(() => ports.states());
  return { ports, middleware: withRequest, module: MirrorModule.with(ports) };
}
