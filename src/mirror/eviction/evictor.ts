import { type CollectionObserver, type CollectionReport } from '../../domain/collection-report.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type PartLog } from '../../log/log.js';
import { type CollectionRules, type Collector } from '../../storage/ports/collector.js';
import { type Lease } from '../../storage/ports/lease.js';
import { type Storage } from '../../storage/ports/storage.js';
import { withLease } from '../../storage/protocol/with-lease.js';
import { type CurrentMirrors } from '../plan/current-mirrors.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { Eviction } from './eviction.js';
import { type MirrorSizes } from './mirror-sizes.js';
import { Stopped } from './stopped.js';

/** The lease of the process that evicts. */
const EVICTION = 'mirror-eviction';

type HeldLease = Pick<Lease, 'holds'>;

/** What the evictor knows of the registry around it. */
export interface EvictorParts {
  readonly plan: Pick<CurrentMirrors, 'value'>;
  readonly storage: Storage;
  readonly rules: CollectionRules;
  /** Gets the bytes that each mirror has. */
  readonly sizes: Pick<MirrorSizes, 'record'>;
  readonly log: PartLog;
  /** Whether blobs of the repository are being downloaded. */
  readonly isFetching: (repository: RepositoryName) => boolean;
  /** Whether the registry of the mirror fails, so that what is removed could not be pulled again. */
  readonly isResting: (mirror: string) => boolean;
  /** Whether nothing may be removed now. */
  readonly isReadOnly: () => boolean | Promise<boolean>;
  /** The time in milliseconds since the epoch; by default that of the system. */
  readonly now?: () => number;
}

/** Counts the bytes of each mirror, and keeps it within what its plan keeps: after each complete collection, in one process of the storage at a time. */
export class Evictor implements CollectionObserver {
  private running: Promise<void> | undefined;
  private ending = false;

  constructor(private readonly parts: EvictorParts) {}

  collected({ result }: CollectionReport): void {
    if (result === 'complete') void this.run();
  }

  /** Evicts now, unless another process does. Resolves at the end, also if something fails: then the log says so. */
  run(): Promise<void> {
    if (this.ending) return Promise.resolve();
    this.running ??= this.evictAll()
      .catch((error: unknown) => this.logFailure('the eviction failed', error))
      .finally(() => (this.running = undefined));
    return this.running;
  }

  /** Ends before the next removal. */
  async close(): Promise<void> {
    this.ending = true;
    await this.running;
  }

  private async evictAll(): Promise<void> {
    const { plan, storage, isReadOnly } = this.parts;
    const { collector } = storage;
    const mirrors = plan.value.mirrors.map((mirror) => this.limited(mirror));
    if (mirrors.length === 0 || collector === undefined || (await isReadOnly())) return;
    await withLease(storage, { name: EVICTION }, async (lease) => {
      for (const mirror of mirrors) await this.evict(mirror, collector, lease);
    });
  }

  /** Returns a mirror without limits if nothing of it could be pulled again now: its bytes are counted, and nothing is removed. */
  private limited(mirror: MirrorPlan): MirrorPlan {
    const canPull = !mirror.offline && !this.parts.isResting(mirror.name);
    return canPull ? mirror : { ...mirror, keep: {} };
  }

  private async evict(mirror: MirrorPlan, collector: Collector, lease: HeldLease): Promise<void> {
    const { storage, rules, isFetching, now = Date.now } = this.parts;
    const goOn = (): void => this.goOn(lease);
    const mayRemove = (): Promise<void> => this.mayRemove(mirror, lease);
    const parts = { storage, collector, rules, isFetching, now, goOn, mayRemove };
    const eviction = new Eviction(mirror, parts);
    try {
      await eviction.run();
    } catch (error) {
      if (!(error instanceof Stopped)) {
        this.logFailure(`nothing more of ${mirror.name} was removed`, error);
      }
    }
    this.report(mirror, eviction);
    await this.record(mirror, eviction);
  }

  private async record({ name: mirror }: MirrorPlan, { bytes }: Eviction): Promise<void> {
    if (bytes === undefined) return;
    const { sizes, now = Date.now } = this.parts;
    try {
      await sizes.record({ mirror, bytes, countedAt: new Date(now()) });
    } catch (error) {
      this.logFailure(`the bytes of ${mirror} could not be recorded`, error);
    }
  }

  private goOn(lease: HeldLease): void {
    if (this.ending || !lease.holds) throw new Stopped();
  }

  private async mayRemove({ name, fingerprint }: MirrorPlan, lease: HeldLease): Promise<void> {
    this.goOn(lease);
    const { plan, isResting, isReadOnly } = this.parts;
    // The file may have changed: another plan may keep what this one does not.
    const isCurrent = plan.value.mirrors.some((mirror) => mirror.fingerprint === fingerprint);
    if (!isCurrent || isResting(name)) throw new Stopped();
    if (await isReadOnly()) throw new Stopped();
  }

  private report({ name }: MirrorPlan, { removed, freed }: Eviction): void {
    const { length } = removed;
    if (length === 0) return;
    const manifests = length === 1 ? '1 manifest' : `${length} manifests`;
    this.parts.log.log(`${name}: ${manifests} evicted, ${freed} bytes to be collected`);
  }

  /** The registry continues to serve, and the next collection tries again. */
  private logFailure(what: string, error: unknown): void {
    this.parts.log.error(what, error instanceof Error ? error.stack : error);
  }
}
