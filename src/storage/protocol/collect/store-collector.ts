import { type Digest } from '../../../domain/digest.js';
import { RegistryError } from '../../../domain/errors.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type UploadSession } from '../../../domain/upload-session.js';
import {
  Collector,
  type Collected,
  type CollectedEntry,
  type CollectionRules,
  type CollectionTotals,
  type ExpiredUpload,
  type Explanation,
  type AssumedRemoved,
} from '../../ports/collector.js';
import { type StorageTotals } from '../../ports/statistics.js';
import { explain } from './explain.js';
import { Failures } from './failures.js';
import { type GarbageStore } from './garbage-store.js';
import { LargestBlobs } from './largest-blobs.js';
import { LiveListings } from './live-listings.js';
import {
  ALWAYS,
  RepositoryCollector,
  tidyLimits,
  type CollectorParts,
  type RepositoryOutcome,
  type RepositoryRules,
  type HeldLease,
} from './repository-collector.js';
import { RepositoryPreview, type PreviewParts } from './repository-preview.js';

/** The sweep for unclaimed content is spread over this many passes: such content is rare, and checking every blob is expensive. */
const SWEEP_PASSES = 16;

/** A repository in which nothing has changed is collected again after this many passes. */
const MAX_SKIPPED_PASSES = 16;

/** What remains of a visit after its largest blobs were added to those of the storage. */
type VisitedRepository = Pick<RepositoryOutcome, 'figures' | 'stored'>;

/** The cached outcome of a repository in which nothing has changed. */
interface Settled {
  readonly fingerprint: string;
  /** Whether untagged manifests were kept. A settled repository may have garbage once they no longer are. */
  readonly keepUntagged: boolean;
  readonly outcome: VisitedRepository;
  /** The number of the pass that collected the repository. */
  readonly pass: number;
}

/**
 * The collector of a storage without transactions. It collects one repository after the other, and skips a repository that has not
 * changed for at most 15 passes.
 */
export class StoreCollector extends Collector {
  private readonly settled = new Map<RepositoryName, Settled>();
  private readonly largest = new LargestBlobs();
  private passes = 0;

  /** @param now the storage's clock, in milliseconds since the epoch */
  constructor(
    private readonly parts: CollectorParts & PreviewParts,
    private readonly now: () => number = Date.now,
  ) {
    super();
  }

  /** For tests, which set entries aside themselves. */
  get garbage(): GarbageStore {
    return this.parts.garbage;
  }

  override async *collect(
    rules: CollectionRules,
    lease: HeldLease = ALWAYS,
  ): AsyncGenerator<Collected, CollectionTotals> {
    const repositoryRules = this.repositoryRules(rules);
    const pass = this.passes++;
    const isWhole = rules.repository === undefined;
    const failures = new Failures();
    if (isWhole && lease.holds) {
      yield* failures.keep(this.expireUploads(rules, repositoryRules.now(), failures));
    }
    const outcomes = new Map<RepositoryName, VisitedRepository>();
    for await (const repository of this.repositories(rules)) {
      if (!lease.holds) return this.totalsOf(outcomes);
      const work = this.collectIfChanged(repository, repositoryRules, lease, pass);
      const outcome = yield* failures.keep(work);
      if (outcome !== undefined) outcomes.set(repository, outcome);
    }
    if (isWhole) this.forgetExcept(outcomes);
    if (isWhole && lease.holds) {
      yield* failures.keep(this.sweep(repositoryRules, rules.thorough === true, pass));
    }
    failures.throwIfAny();
    return this.totalsOf(outcomes);
  }

  /** Forgets repositories that another process has removed. */
  private forgetExcept(outcomes: ReadonlyMap<RepositoryName, unknown>): void {
    for (const name of this.settled.keys()) if (!outcomes.has(name)) this.settled.delete(name);
    this.largest.forgetExcept(outcomes);
  }

  override async *preview(
    rules: CollectionRules,
    without?: AssumedRemoved,
  ): AsyncGenerator<CollectedEntry> {
    const claimsGone = new Map<string, number>();
    const only = without === undefined ? rules : { ...rules, repository: without.repository };
    const isWhole = only.repository === undefined;
    const listings = isWhole ? new LiveListings(this.parts) : this.parts.listings;
    for await (const repository of this.repositories(only)) {
      yield* (await this.previewOf(repository, rules, listings)).all(claimsGone, without);
    }
  }

  override async *consequences(
    rules: CollectionRules,
    removal: AssumedRemoved,
  ): AsyncGenerator<CollectedEntry> {
    yield* (await this.previewOf(removal.repository, rules)).consequences(removal);
  }

  override explain(
    digest: Digest,
    { keepUntagged }: Pick<CollectionRules, 'keepUntagged'>,
  ): AsyncGenerator<Explanation> {
    return explain(this.parts.garbage, digest, keepUntagged);
  }

  private previewOf(
    repository: RepositoryName,
    rules: CollectionRules,
    listings = this.parts.listings,
  ): Promise<RepositoryPreview> {
    const parts = { ...this.parts, listings };
    return RepositoryPreview.of(parts, this.repositoryRules(rules), repository);
  }

  private repositoryRules({
    graceMs,
    keepUntagged,
    clockAheadMs = 0,
  }: CollectionRules): RepositoryRules {
    return { graceMs, keepUntagged, now: () => this.now() + clockAheadMs };
  }

  private async *repositories({ repository }: CollectionRules): AsyncIterable<RepositoryName> {
    if (repository === undefined) yield* this.parts.garbage.repositories();
    else yield repository;
  }

  private async *collectIfChanged(
    repository: RepositoryName,
    rules: RepositoryRules,
    lease: HeldLease,
    pass: number,
  ): AsyncGenerator<CollectedEntry, VisitedRepository> {
    // Read before the collection, so that the next pass notices any change during it.
    const fingerprint = await this.parts.garbage.of(repository).fingerprint();
    const last = this.settled.get(repository);
    if (last !== undefined && isCurrent(last, fingerprint, rules, pass)) return last.outcome;
    let collected = 0;
    const collection = new RepositoryCollector(this.parts, rules, lease).collect(repository);
    let next = await collection.next();
    for (; next.done !== true; next = await collection.next()) {
      collected++;
      yield next.value;
    }
    const { settled, largest, ...outcome } = next.value;
    this.largest.replace(repository, largest);
    if (settled && collected === 0 && fingerprint !== undefined) {
      const { keepUntagged } = rules;
      this.settled.set(repository, { fingerprint, keepUntagged, outcome, pass });
    } else {
      this.settled.delete(repository);
    }
    return outcome;
  }

  private totalsOf(outcomes: ReadonlyMap<RepositoryName, VisitedRepository>): CollectionTotals {
    const repositories = new Map([...outcomes].map(([name, { figures }]) => [name, figures]));
    const ofThese = (name: RepositoryName) => outcomes.has(name);
    return { repositories, store: storeTotals(outcomes), largest: this.largest.list(ofThese) };
  }

  private async *sweep(
    rules: RepositoryRules,
    thorough: boolean,
    pass: number,
  ): AsyncGenerator<Collected> {
    const part = thorough
      ? { index: 0, count: 1 }
      : { index: pass % SWEEP_PASSES, count: SWEEP_PASSES };
    const freed = await this.parts.garbage.sweepUnclaimed(tidyLimits(rules), part);
    if (freed > 0) yield { kind: 'content', freed };
  }

  /** Ends uploads without new bytes for their time, which is shorter for those without any byte. */
  private async *expireUploads(
    { uploadTtlMs, emptyUploadTtlMs = uploadTtlMs }: CollectionRules,
    now: number,
    failures: Failures,
  ): AsyncGenerator<ExpiredUpload> {
    const { uploads } = this.parts;
    yield* this.expire(uploads.idleSince(now - uploadTtlMs), Infinity, failures);
    if (emptyUploadTtlMs >= uploadTtlMs) return;
    yield* this.expire(uploads.idleSince(now - emptyUploadTtlMs), 0, failures);
  }

  /** Ends the sessions of `idle` that have at most `maxOffset` bytes. */
  private async *expire(
    idle: AsyncIterable<UploadSession>,
    maxOffset: number,
    failures: Failures,
  ): AsyncGenerator<ExpiredUpload> {
    for await (const { repository, id, offset } of idle) {
      if (offset > maxOffset) continue;
      try {
        const upload = await this.parts.uploads.open(repository, id);
        if (upload.offset !== offset) {
          // The client has sent more since the list was made.
          await upload.release();
          continue;
        }
        await upload.discard();
      } catch (error) {
        // The client continues the upload, or another process has ended it.
        if (!(error instanceof RegistryError)) failures.add(error);
        continue;
      }
      yield { repository, kind: 'uploads', id, size: offset, freed: offset };
    }
  }
}

function isCurrent(
  last: Settled,
  fingerprint: string | undefined,
  { keepUntagged }: RepositoryRules,
  pass: number,
): boolean {
  // Another repository can begin to share a blob without changing this one.
  if (pass - last.pass >= MAX_SKIPPED_PASSES || last.fingerprint !== fingerprint) return false;
  return keepUntagged || !last.keepUntagged;
}

function storeTotals(outcomes: ReadonlyMap<unknown, VisitedRepository>): StorageTotals {
  let [logicalBytes, storedBytes, manifests] = [0, 0, 0];
  for (const { figures, stored } of outcomes.values()) {
    logicalBytes += figures.logicalBytes;
    storedBytes += stored;
    manifests += figures.manifests;
  }
  const repositories = outcomes.size;
  return { repositories, manifests, logicalBytes, storedBytes: Math.round(storedBytes) };
}
