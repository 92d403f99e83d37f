import { randomBytes } from 'node:crypto';

import { type RepositoryName } from '../../../domain/repository-name.js';
import { type CollectedEntry, type RepositoryBytes, type Without } from '../../ports/collector.js';
import { type Lease } from '../../ports/lease.js';
import { type Storage } from '../../ports/storage.js';
import { DigestSet } from './digest-set.js';
import {
  type GarbageStore,
  type StoredEntry,
  type StoredKind,
  type TidyLimits,
} from './garbage-store.js';
import { Reachability, type RepositoryView } from './reachability.js';
import { RepositoryTally } from './repository-tally.js';

/** The ports that a collector works on. */
export interface CollectorParts extends Pick<Storage, 'manifests' | 'tags' | 'uploads'> {
  readonly garbage: GarbageStore;
}

/** How one repository is collected; times in milliseconds. */
export interface RepositoryRules {
  readonly graceMs: number;
  readonly keepUntagged: boolean;
  readonly now: () => number;
}

/** What a collector asks before it takes anything away for good. */
export type Turn = Pick<Lease, 'holds'>;

/** The turn of the only collector. */
export const ALWAYS: Turn = { holds: true };

/** The outcome of a look at one repository. */
export interface RepositoryOutcome {
  /** Whether another look would find nothing more, as long as nothing changes. */
  readonly settled: boolean;
  readonly bytes: RepositoryBytes;
  /** This repository's part of the bytes that are stored: of a blob with N claims, one Nth. */
  readonly stored: number;
}

/** How many things are moved aside at a time: memory does not grow with the number of things. */
const BATCH = 5_000;

/** An index lists indexes, which list images: no deeper than a few levels, each of which is one round. */
const MAX_ROUNDS = 8;

/** No writer or collector takes this long for one step: older leftovers belong to one that died. */
const DEAD_AFTER_MS = 3_600_000;

/** A writer fills a new directory within this time, so that it is not removed again and again. */
const IN_USE_MS = 5_000;

/** Returns before which moments leftovers are removed. */
export function tidyLimits({ now, graceMs }: RepositoryRules): TidyLimits {
  return { dead: now() - graceMs - DEAD_AFTER_MS, unused: now() - Math.max(graceMs, IN_USE_MS) };
}

/**
 * Deletes a repository's unreachable content while clients push, pull and delete, without a lock between them.
 *
 * The collector moves a thing aside, and only then looks whether somebody needs it. A publisher writes down what it intends, and
 * only then looks whether the things are there (`storage/protocol/publish.ts`). So one of the two sees the other. Manifests go
 * before what they name: whatever can be pulled is whole. Two collectors never work at once: the second waits for the lease.
 */
export class RepositoryCollector {
  /** Whether the last collection saw garbage within the grace period. */
  private leftYoung = false;
  private readonly tally = new RepositoryTally();

  constructor(
    private readonly parts: Omit<CollectorParts, 'uploads'>,
    private readonly rules: RepositoryRules,
    private readonly turn = ALWAYS,
  ) {}

  /** Collects one repository and yields each entry once it is gone. */
  async *collect(repository: RepositoryName): AsyncGenerator<CollectedEntry, RepositoryOutcome> {
    this.leftYoung = false;
    const view = this.viewOf(repository);
    yield* this.finishOthers(view);
    // What an unused index lists is collectable only once the index is gone.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const gone = yield* this.collectKind(view, 'manifests');
      if (gone === 0) break;
    }
    yield* this.collectKind(view, 'referrers');
    yield* this.collectKind(view, 'blobs');
    await view.garbage.tidy(tidyLimits(this.rules));
    return { settled: !this.leftYoung, ...this.tally.totals() };
  }

  /**
   * Yields what `collect` would take away, and moves nothing.
   *
   * @param claimsGone how many claims on each blob earlier previews gave up
   */
  async *preview(
    repository: RepositoryName,
    claimsGone: Map<string, number>,
    without?: Without,
  ): AsyncGenerator<CollectedEntry> {
    const view = this.viewOf(repository, without);
    const gone = new DigestSet();
    yield* removed(view, gone, without);
    for (let round = 0, before = -1; round < MAX_ROUNDS && gone.size > before; round++) {
      before = gone.size;
      for await (const [entry] of this.candidates(view, 'manifests', gone, 1)) {
        if (entry === undefined || gone.has(entry.digest)) continue;
        gone.add(entry.digest);
        yield collected(view, entry, entry.size);
      }
    }
    for (const kind of ['referrers', 'blobs'] as const) {
      for await (const [entry] of this.candidates(view, kind, gone, 1)) {
        if (entry === undefined) continue;
        const last = kind === 'referrers' || (await isLastClaim(view, entry, claimsGone));
        yield collected(view, entry, last ? entry.size : 0);
      }
    }
  }

  private viewOf(repository: RepositoryName, without?: Without): RepositoryView {
    const { garbage, manifests, tags } = this.parts;
    const withoutTags = new Set(without?.tags);
    return { repository, garbage: garbage.of(repository), manifests, tags, withoutTags };
  }

  /** Finishes passes that died: restores or deletes what they set aside. Live passes are left alone. */
  private async *finishOthers(view: RepositoryView): AsyncGenerator<CollectedEntry> {
    const left = new Map<string, StoredEntry[]>();
    for await (const { pass, entry } of view.garbage.aside()) {
      if (beginOf(pass) > this.rules.now() - DEAD_AFTER_MS) continue;
      left.set(pass, [...(left.get(pass) ?? []), entry]);
    }
    for (const [pass, entries] of left) yield* this.decide(view, pass, entries);
  }

  private async *collectKind(
    view: RepositoryView,
    kind: StoredKind,
  ): AsyncGenerator<CollectedEntry, number> {
    let gone = 0;
    this.tally.begin(kind);
    for await (const batch of this.candidates(view, kind, new DigestSet(), BATCH)) {
      const pass = newPass(this.rules.now());
      const moved = await view.garbage.setAside(pass, batch);
      for await (const entry of this.decide(view, pass, moved)) {
        gone++;
        yield entry;
      }
    }
    return gone;
  }

  /** Yields unreachable content in batches, as if the manifests of `gone` were deleted. */
  private async *candidates(
    view: RepositoryView,
    kind: StoredKind,
    gone: DigestSet,
    batchSize: number,
  ): AsyncGenerator<StoredEntry[]> {
    const inUse = await this.look(view, gone);
    let batch: StoredEntry[] = [];
    for await (const entry of view.garbage.entries(kind)) {
      if (inUse.keeps(entry) || this.isYoung(entry)) {
        this.leftYoung ||= !inUse.keeps(entry);
        this.tally.add(entry);
        continue;
      }
      batch.push(entry);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Looks once more, now that the entries are out of sight: what somebody needs by now is restored, the rest is deleted. */
  private async *decide(
    view: RepositoryView,
    pass: string,
    entries: readonly StoredEntry[],
  ): AsyncGenerator<CollectedEntry> {
    if (entries.length === 0) return;
    const inUse = await this.look(view);
    for (const entry of entries) {
      if (inUse.keeps(entry) || this.isYoung(entry) || !this.turn.holds) {
        await view.garbage.restore(pass, entry);
        this.tally.add(entry);
      } else {
        yield collected(view, entry, await view.garbage.drop(pass, entry));
      }
    }
  }

  private look(view: RepositoryView, gone = new DigestSet()): Promise<Reachability> {
    return Reachability.look(view, this.rules.keepUntagged, gone);
  }

  private isYoung({ lastUsed }: StoredEntry): boolean {
    return lastUsed > this.rules.now() - this.rules.graceMs;
  }
}

/** Yields the manifests that are considered removed, and adds them to `gone`. */
async function* removed(
  view: RepositoryView,
  gone: DigestSet,
  without?: Without,
): AsyncGenerator<CollectedEntry> {
  gone.addAll(without?.manifests ?? []);
  if (gone.size === 0) return;
  for await (const entry of view.garbage.entries('manifests')) {
    if (gone.has(entry.digest)) yield collected(view, entry, entry.size);
  }
}

function collected(
  { repository }: RepositoryView,
  { kind, digest, size }: StoredEntry,
  freed: number,
): CollectedEntry {
  return { repository, kind, digest, size, freed };
}

/** Whether a blob's content goes with this claim, after those that are gone already. */
async function isLastClaim(
  { garbage }: RepositoryView,
  { digest }: StoredEntry,
  claimsGone: Map<string, number>,
): Promise<boolean> {
  const count = (claimsGone.get(digest.toString()) ?? 0) + 1;
  claimsGone.set(digest.toString(), count);
  return count >= (await garbage.claims(digest));
}

/** The name of a pass tells when it began. */
function newPass(now: number): string {
  return `${now}-${randomBytes(6).toString('hex')}`;
}

function beginOf(pass: string): number {
  return Number.parseInt(pass, 10);
}
