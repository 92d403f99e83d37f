import { type DynamicModule } from '@nestjs/common';
import { type RequestHandler } from 'express';

import { openRegistryClient } from '../client/open-registry-client.js';
import { type RegistryClient } from '../client/registry-client.js';
import { proxyVariables } from '../config/environment.js';
import { packageVersion } from '../config/package-version.js';
import { type MirrorObserver } from '../domain/mirror-report.js';
import { type PartLog } from '../log/log.js';
import { type Storage } from '../storage/ports/storage.js';
import { openMirroredPorts, type MirroredPorts } from './mirrored-ports.js';
import { MirrorModule } from './mirror.module.js';
import { type CurrentMirrors } from './plan/current-mirrors.js';
import { type MirrorPlan } from './plan/mirrors-plan.js';
import { mayFetch, recordAnswer, withRequest } from './requests/request-of-work.js';

/** The parts by which an application serves the content of mirrors. */
export interface Mirroring {
  readonly ports: MirroredPorts;
  /** Runs before the handlers. */
  readonly middleware: RequestHandler;
  /** Ends the mirrors with the application. */
  readonly module: DynamicModule;
}

/** What mirrors need besides their plan and the storage. */
export interface MirroringOptions {
  readonly log: PartLog;
  readonly maxManifestBytes: number;
  /** Whether the settings make the registry read-only. */
  readonly readOnly: boolean;
  readonly observer: MirrorObserver | undefined;
}

/** Opens the mirrors for the clients of a registry: each request knows how it was answered, and only some may cause a fetch. */
export function openMirroring(
  plan: CurrentMirrors,
  storage: Storage,
  options: MirroringOptions,
): Mirroring {
  const { log, observer } = options;
  const connect = (mirror: MirrorPlan): RegistryClient => clientOf(mirror, options);
  const ports = openMirroredPorts({ plan, connect }, storage, {
    log,
    mayFetch,
    isReadOnly: () => options.readOnly || (storage.readOnly?.isOn() ?? false),
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

function clientOf(
  mirror: MirrorPlan,
  { maxManifestBytes, observer }: MirroringOptions,
): RegistryClient {
  return openRegistryClient(mirror, {
    userAgent: `berth/${packageVersion()}`,
    maxManifestBytes,
    proxies: proxyVariables(),
    observe: (answer) => observer?.upstreamAnswered(mirror.name, answer),
  });
}
