import { type DynamicModule } from '@nestjs/common';
import { type RequestHandler } from 'express';

import { openRegistryClient } from '../client/open-registry-client.js';
import { type RegistryClient } from '../client/registry-client.js';
import { proxyVariables } from '../config/environment.js';
import { packageVersion } from '../config/package-version.js';
import { BodyMemory } from '../domain/body-memory.js';
import { type CollectionObserver } from '../domain/collection-report.js';
import { type MirrorControl } from '../domain/mirror-control.js';
import { type MirrorObserver } from '../domain/mirror-report.js';
import { type PartLog } from '../log/log.js';
import { type CollectionRules } from '../storage/ports/collector.js';
import { type Storage } from '../storage/ports/storage.js';
import { type MirrorSurroundings } from './content/mirrors.js';
import { Evictor } from './eviction/evictor.js';
import { MirrorSizes } from './eviction/mirror-sizes.js';
import { openMirroredPorts, type MirroredPorts } from './mirrored-ports.js';
import { MirrorModule } from './mirror.module.js';
import { MirrorOperations } from './operations/mirror-operations.js';
import { Tallies } from './operations/tallies.js';
import { type CurrentMirrors } from './plan/current-mirrors.js';
import { type MirrorPlan } from './plan/mirrors-plan.js';
import { WarmSchedule } from './warming/warm-schedule.js';
import { Warming } from './warming/warming.js';
import { mayFetch, recordAnswer, withRequest } from './requests/request-of-work.js';

/** How many bytes a blob may have whose size nobody says. Otherwise a registry could fill the disk by one of them. */
const MAX_UNNAMED_BYTES = 64 * 1024 ** 3;

/** One registry takes at most this part of the memory, so that others have some. */
const SHARES = 4;

/** The parts by which an application serves the content of mirrors. */
export interface Mirroring {
  readonly ports: MirroredPorts;
  /** Runs before the handlers. */
  readonly middleware: RequestHandler;
  /** Keeps the mirrors within their limits after each collection. */
  readonly evictor: CollectionObserver;
  /** What administrators see and do. */
  readonly control: MirrorControl;
  /** How many bytes each mirror has. */
  readonly sizes: MirrorSizes;
  /** Ends the mirrors with the application. */
  readonly module: DynamicModule;
}

/** What mirrors need besides their plan and the storage. */
export interface MirroringOptions {
  readonly log: PartLog;
  readonly maxManifestBytes: number;
  /** The most layers or entries of a manifest. */
  readonly maxManifestEntries: number;
  /** The memory for all large answers of other registries, in bytes. */
  readonly maxManifestMemory: number;
  /** How large an upload may be; 0 if only the disk limits it. */
  readonly maxUploadBytes: number;
  /** Where downloads are kept for clients if the storage cannot read them meanwhile. */
  readonly spool: MirrorSurroundings['spool'];
  /** Whether the settings make the registry read-only. */
  readonly readOnly: boolean;
  readonly observer: MirrorObserver | undefined;
  /** The rules of the collections. */
  readonly rules: CollectionRules;
}

/** Opens the mirrors for the clients of a registry: each request knows how it was answered, and only some may cause a fetch. */
export function openMirroring(
  plan: CurrentMirrors,
  storage: Storage,
  options: MirroringOptions,
): Mirroring {
  const { log, observer, rules } = options;
  const tallies = new Tallies();
  const observers = [tallies, ...(observer === undefined ? [] : [observer])];
  const { maxManifestBytes, maxManifestMemory } = options;
  const memory = new BodyMemory(Math.max(maxManifestBytes, maxManifestMemory));
  const connect = (mirror: MirrorPlan): RegistryClient => {
    const share = Math.max(maxManifestBytes, maxManifestMemory / SHARES);
    return clientOf(mirror, options, memory.share(share), observers);
  };
  const isReadOnly = () => options.readOnly || (storage.readOnly?.isOn() ?? false);
  const ports = openMirroredPorts({ plan, connect }, storage, {
    log,
    mayFetch,
    isReadOnly,
    maxUnnamedBytes: options.maxUploadBytes || MAX_UNNAMED_BYTES,
    spool: options.spool,
    watch: {
      answered: (mirror, kind, result) => {
        recordAnswer(mirror, kind, result);
        for (const one of observers) one.answered(mirror, kind, result);
      },
      transferred: (mirror, from, bytes) => {
        for (const one of observers) one.transferred(mirror, from, bytes);
      },
    },
  });
  const sizes = new MirrorSizes(storage);
  observer?.attend(
    () => ports.states(),
    () => sizes.all(plan.value.mirrors.map(({ name }) => name)),
  );
  const evictor = new Evictor({
    ...{ plan, storage, rules, sizes, log, isReadOnly },
    isFetching: (repository) => ports.isFetching(repository),
    isResting: (name) =>
      ports.states().some(({ mirror, restingSeconds }) => mirror === name && restingSeconds > 0),
  });
  const states = () => ports.states();
  const { images, refresh } = ports;
  const warming = new Warming({ storage, images, log, isReadOnly });
  const control = new MirrorOperations({ plan, storage, states, tallies, sizes, refresh, warming });
  const module = MirrorModule.with({ ports, evictor, warm: new WarmSchedule(plan, warming, log) });
  return { ports, evictor, control, sizes, middleware: withRequest, module };
}

function clientOf(
  mirror: MirrorPlan,
  { maxManifestBytes, maxManifestEntries }: MirroringOptions,
  memory: BodyMemory,
  observers: readonly Pick<MirrorObserver, 'upstreamAnswered'>[],
): RegistryClient {
  return openRegistryClient(mirror, {
    userAgent: `berth/${packageVersion()}`,
    maxManifestBytes,
    maxManifestEntries,
    memory,
    proxies: proxyVariables(),
    observe: (answer) => {
      for (const one of observers) one.upstreamAnswered(mirror.name, answer);
    },
  });
}
