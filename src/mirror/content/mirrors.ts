import { type RegistryClient } from '../../client/registry-client.js';
import { Memo } from '../../domain/memo.js';
import { type MirrorState } from '../../domain/mirror-report.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type PartLog } from '../../log/log.js';
import { type Storage } from '../../storage/ports/storage.js';
import { Flights } from '../flights/flights.js';
import { Spool, type SpoolLimits } from '../flights/spool.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { isAllowed, type MirrorNames } from '../plan/meant-repository.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { FailureEvents } from '../upstream/failure-events.js';
import { Upstream } from '../upstream/upstream.js';
import { Mirror, type MirroredRepository, type MirrorWatch } from './mirror.js';

/** Where the mirrors of a registry come from. */
export interface MirrorSources {
  /** The present plan: it may be another one each time. */
  readonly plan: Pick<CurrentMirrors, 'names'>;
  /** Opens the client of the registry that a mirror mirrors. */
  readonly connect: (plan: MirrorPlan) => RegistryClient;
}

/** How many repositories are remembered. */
const MAX_REPOSITORIES = 2_000;

/** No request waits longer for its turns and answers, besides downloads. In milliseconds. */
const RETIRE_MS = 120_000;

/** The clock and the waits of mirrors, in milliseconds, where a test has others. */
export interface MirrorTimes {
  /** Returns the time of a clock that is never set back. */
  readonly now?: () => number;
  /** After what time a broken download is tried again first. */
  readonly firstWaitMs?: number;
  /** How long a download waits for its turn. */
  readonly patienceMs?: number;
  /** How long a question waits for its turn. */
  readonly questionMs?: number;
  /** For how long a client may keep others waiting without taking what is passed on to it. */
  readonly slowMs?: number;
  /** For how long a storage without room is not tried again. */
  readonly fullMs?: number;
  /** After what time the connections of a mirror may be closed whose plan has changed. */
  readonly retireMs?: number;
}

/** What mirrors know of the registry around them. */
export interface MirrorSurroundings {
  readonly log: PartLog;
  readonly watch: MirrorWatch;
  /** Whether the client that is served now is among these users and groups. */
  readonly mayFetch: (who: readonly string[]) => boolean;
  /** Whether the registry is read-only now. Then mirrors store nothing. */
  readonly isReadOnly: () => boolean | Promise<boolean>;
  /** How many bytes a blob may have whose size nobody says. */
  readonly maxUnnamedBytes: number;
  /** Where downloads are kept for clients if the storage cannot read them meanwhile. */
  readonly spool: SpoolLimits;
  readonly times?: MirrorTimes;
}

/** The repositories that were found lately by some names, which a changed file replaces. */
interface KnownPlaces {
  readonly names: MirrorNames;
  readonly places: Memo<RepositoryName, MirroredRepository | undefined>;
}

/** The mirrors of a registry. A mirror whose plan changes begins with an empty memory. */
export class Mirrors {
  private readonly opened = new Map<string, Mirror>();
  /** Those whose plan has changed, until the requests that began with it have ended. */
  private readonly retired = new Set<Mirror>();
  private readonly spool: Spool;
  private known: KnownPlaces | undefined;

  constructor(
    private readonly sources: MirrorSources,
    private readonly storage: Pick<Storage, 'blobs' | 'uploads' | 'outbox'>,
    private readonly surroundings: MirrorSurroundings,
  ) {
    this.spool = new Spool(surroundings.spool, surroundings.log);
  }

  /** Returns the mirror that a repository belongs to, or `undefined` for a repository of this registry. */
  of(repository: RepositoryName): MirroredRepository | undefined {
    const { names } = this.sources.plan;
    if (this.known?.names !== names) {
      const places = new Memo((one: RepositoryName) => this.find(one, names), MAX_REPOSITORIES);
      this.known = { names, places };
    }
    return this.known.places.of(repository);
  }

  /** Ends the downloads and all connections. */
  async close(): Promise<void> {
    const mirrors = this.all;
    await Promise.all(mirrors.map(({ flights }) => flights.close()));
    await Promise.all(mirrors.map(({ upstream }) => upstream.close()));
  }

  /** What each mirror does now. */
  states(): readonly MirrorState[] {
    return [...this.opened].map(([mirror, { flights, upstream }]) => {
      const { lastAnswered: lastAnswerAt, lastError } = upstream;
      return {
        mirror,
        flights: flights.count,
        restingSeconds: Math.ceil(upstream.restingMs / 1_000),
        ...(lastAnswerAt && { lastAnswerAt }),
        ...(lastError && { lastError }),
      };
    });
  }

  /** Whether blobs of the repository are being downloaded, also by a plan that is not in use any more. */
  isFetching(repository: RepositoryName): boolean {
    return this.all.some(({ flights }) => flights.isFetching(repository));
  }

  private find(repository: RepositoryName, names: MirrorNames): MirroredRepository | undefined {
    const found = names.find(repository);
    if (found === undefined) return undefined;
    const { mirror: plan, remote } = found;
    const mayAsk = (): boolean => !plan.offline && isAllowed(found) && this.mayFetch(plan);
    return { mirror: this.mirror(plan), repository, remote, mayAsk };
  }

  private get all(): readonly Mirror[] {
    return [...this.opened.values(), ...this.retired];
  }

  private mayFetch({ fetch }: MirrorPlan): boolean {
    return fetch === undefined || this.surroundings.mayFetch(fetch);
  }

  private mirror(plan: MirrorPlan): Mirror {
    const { name, fingerprint } = plan;
    const opened = this.opened.get(name);
    if (opened?.plan.fingerprint === fingerprint) return opened;
    const mirror = this.open(plan);
    this.opened.set(name, mirror);
    if (opened !== undefined) void this.retire(opened);
    return mirror;
  }

  /** Ends the connections of a mirror whose plan has changed, after the requests that began with it. */
  private async retire(mirror: Mirror): Promise<void> {
    this.retired.add(mirror);
    const { retireMs = RETIRE_MS } = this.surroundings.times ?? {};
    await new Promise<void>((resolve) => setTimeout(resolve, retireMs).unref());
    await mirror.flights.idle();
    await mirror.upstream.close();
    this.retired.delete(mirror);
  }

  private open(plan: MirrorPlan): Mirror {
    const { log, watch, isReadOnly, maxUnnamedBytes, times = {} } = this.surroundings;
    const { storage, spool } = this;
    const {
      now = () => performance.now(),
      questionMs,
      firstWaitMs,
      patienceMs,
      fullMs,
      slowMs,
    } = times;
    const waits = { firstWaitMs, patienceMs, fullMs, slowMs, now };
    const { name } = plan;
    const events = new FailureEvents(name, (event) => void storage.outbox.append([event]), now);
    const client = this.sources.connect(plan);
    const upstream = new Upstream(plan, { client, log, events, now, patienceMs: questionMs });
    const onReceived = (bytes: number): void => watch.transferred(name, 'upstream', bytes);
    const onFailure = (): void => watch.answered(name, 'blob', 'failed');
    const mayStore = async (): Promise<boolean> => !(await isReadOnly());
    const base = { upstream, plan, storage, spool, log, mayStore, maxUnnamedBytes };
    const flights = new Flights({ ...base, onReceived, onFailure, ...waits });
    return new Mirror(plan, upstream, flights, watch, mayStore, now);
  }
}
