import { type RepositoryName } from '../../../domain/repository-name.js';
import { type CollectedEntry } from '../../ports/collector.js';
import { type Lease } from '../../ports/lease.js';
import { type Storage } from '../../ports/storage.js';
import { yieldEvery } from '../yield-every.js';
import {
  type GarbageStore,
  type StoredEntry,
  type StoredKind,
  type TidyLimits,
} from './garbage-store.js';
import { beginOf, newPass } from './passes.js';
import { Reachability } from './reachability.js';
import { type RepositoryView } from './repository-reads.js';
import { RepositoryTally, type TallyTotals } from './repository-tally.js';

/** The ports that a collector works on. */
export interface CollectorParts extends Pick<Storage, 'manifests' | 'uploads'> {
  readonly garbage: GarbageStore;
}

/** The rules for one repository. Times in milliseconds. */
export interface RepositoryRules {
  readonly graceMs: number;
  readonly keepUntagged: boolean;
  readonly now: () => number;
}

/** The lease that a collector checks before it deletes anything. */
export type HeldLease = Pick<Lease, 'holds'>;

/** The lease of a collector that has no competitors. */
export const ALWAYS: HeldLease = { holds: true };

/** The outcome of collecting one repository. */
export interface RepositoryOutcome extends TallyTotals {
  /** Whether another pass would find no more garbage unless the repository changes. */
  readonly settled: boolean;
}

/** How many entries are moved aside at a time, so that memory does not grow with their number. */
const BATCH = 5_000;

/** How many levels of indexes one pass removes. Each level takes one round, and indexes are nested only a few levels deep. */
export const MAX_ROUNDS = 8;

/** No writer or collector takes this long for one step. Older leftovers belong to dead processes. */
const DEAD_AFTER_MS = 3_600_000;

/** An empty directory stays for this time, so that a writer can fill it. */
const IN_USE_MS = 5_000;

/** Returns the times before which leftovers are removed. */
export function tidyLimits({ now, graceMs }: RepositoryRules): TidyLimits {
  return { dead: now() - graceMs - DEAD_AFTER_MS, unused: now() - Math.max(graceMs, IN_USE_MS) };
}

/**
 * Deletes a repository's unreachable content while clients push, pull and delete. It moves an entry aside before it checks whether
 * it is needed: docs/storage-layout.md#garbage.
 */
export class RepositoryCollector {
  /** Whether this collection found garbage that is still within the grace period. */
  private sawRecentGarbage = false;
  private readonly tally = new RepositoryTally();

  constructor(
    private readonly parts: Omit<CollectorParts, 'uploads'>,
    private readonly rules: RepositoryRules,
    private readonly lease = ALWAYS,
  ) {}

  /** Collects one repository and yields each entry after its deletion. */
  async *collect(repository: RepositoryName): AsyncGenerator<CollectedEntry, RepositoryOutcome> {
    this.sawRecentGarbage = false;
    const view = this.viewOf(repository);
    yield* this.finishOthers(view);
    // The entries of an unreachable index can be collected only after the index was deleted.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const gone = yield* this.collectKind(view, 'manifests');
      if (gone === 0) break;
    }
    yield* this.collectKind(view, 'referrers');
    yield* this.collectKind(view, 'blobs');
    if (this.lease.holds) await view.garbage.tidy(tidyLimits(this.rules));
    return { settled: !this.sawRecentGarbage, ...this.tally.totals() };
  }

  private viewOf(repository: RepositoryName): RepositoryView {
    const { garbage, manifests } = this.parts;
    return { repository, garbage: garbage.of(repository), manifests };
  }

  /** Finishes passes that died: restores or deletes what they set aside. Live passes are left alone. */
  private async *finishOthers(view: RepositoryView): AsyncGenerator<CollectedEntry> {
    const left = new Map<string, StoredEntry[]>();
    for await (const { pass, entry } of view.garbage.aside()) {
      if (beginOf(pass) > this.rules.now() - DEAD_AFTER_MS) {
        // Entries of a live pass may become garbage of a dead one.
        this.sawRecentGarbage = true;
        continue;
      }
      const entries = left.get(pass);
      if (entries === undefined) left.set(pass, [entry]);
      else entries.push(entry);
    }
    for (const [pass, entries] of left) yield* this.decide(view, pass, entries);
  }

  private async *collectKind(
    view: RepositoryView,
    kind: StoredKind,
  ): AsyncGenerator<CollectedEntry, number> {
    let gone = 0;
    this.tally.begin(kind);
    for await (const batch of this.candidates(view, kind)) {
      const pass = newPass(this.rules.now());
      const moved = await view.garbage.setAside(pass, batch);
      for await (const entry of this.decide(view, pass, moved)) {
        gone++;
        yield entry;
      }
    }
    return gone;
  }

  /** Yields unreachable entries in batches. */
  private async *candidates(view: RepositoryView, kind: StoredKind): AsyncGenerator<StoredEntry[]> {
    const inUse = await this.look(view);
    let batch: StoredEntry[] = [];
    for await (const entry of view.garbage.entries(kind)) {
      if (inUse.keeps(entry) || isWithinGrace(entry, this.rules)) {
        this.sawRecentGarbage ||= !inUse.keeps(entry);
        this.tally.add(entry);
        continue;
      }
      batch.push(entry);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Checks entries again after they were set aside: restores those that are now needed, and deletes the others. */
  private async *decide(
    view: RepositoryView,
    pass: string,
    entries: readonly StoredEntry[],
  ): AsyncGenerator<CollectedEntry> {
    if (entries.length === 0) return;
    const inUse = await this.look(view);
    for await (const entry of yieldEvery(entries)) {
      if (inUse.keeps(entry) || isWithinGrace(entry, this.rules) || !this.lease.holds) {
        await view.garbage.restore(pass, entry);
        this.tally.add(entry);
      } else {
        yield collectedEntry(view.repository, entry, await view.garbage.drop(pass, entry));
      }
    }
  }

  private async look(view: RepositoryView): Promise<Reachability> {
    const found = await Reachability.look(view, this.rules.keepUntagged);
    this.tally.tags = found.tags;
    return found;
  }
}

/** Returns whether the entry was used within the grace period. */
export function isWithinGrace(
  { lastUsed }: StoredEntry,
  { now, graceMs }: Pick<RepositoryRules, 'now' | 'graceMs'>,
): boolean {
  return lastUsed > now() - graceMs;
}

export function collectedEntry(
  repository: RepositoryName,
  { kind, digest, size }: StoredEntry,
  freed: number,
): CollectedEntry {
  return { repository, kind, digest, size, freed };
}
