import { randomBytes } from 'node:crypto';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type StoredEntry,
  type StoredKind,
  type TidyLimits,
} from '../../storage/ports/garbage-store.js';
import { type Storage } from '../../storage/ports/storage.js';
import { DigestSet } from './digest-set.js';
import { Reachability, type Looked } from './reachability.js';
import { ALWAYS, type Turn } from './collector-lease.js';

/** How a collector works; times in milliseconds. */
export interface CollectorOptions {
  /** What was used since this long ago is left alone. Only to spare clients a second push: nothing depends on it. */
  readonly graceMs: number;
  /** Whether manifests without a tag are kept, with all they name. */
  readonly keepUntagged: boolean;
  readonly now: () => number;
}

/** Something that was collected; `freed` are the bytes that the storage has more now. */
export interface Collected {
  readonly repository: RepositoryName;
  readonly kind: StoredKind;
  readonly digest: Digest;
  readonly size: number;
  readonly freed: number;
}

/** How many things are moved aside at a time: memory does not grow with the number of things. */
const BATCH = 5_000;

/** An index lists indexes, which list images: no deeper than a few levels, each of which is one round. */
const MAX_ROUNDS = 8;

/** No writer or collector takes this long for one step: older leftovers belong to one that died. */
const DEAD_AFTER_MS = 3_600_000;

/** A writer fills a new directory within this time, so that it is not removed again and again. */
const IN_USE_MS = 5_000;

/** What is old enough to be tidied away beside a collection. */
export function tidyLimits({ now, graceMs }: CollectorOptions): TidyLimits {
  return { dead: now() - graceMs - DEAD_AFTER_MS, unused: now() - Math.max(graceMs, IN_USE_MS) };
}

/**
 * Deletes a repository's unreachable content while clients push, pull and delete, without a lock between them.
 *
 * It moves a thing aside, and only then looks whether somebody needs it: a publisher writes down what it intends and only
 * then looks whether the things are there (`storage/protocol/publish.ts`), so one of the two sees the other. Manifests go
 * before what they name, so whatever can be pulled is whole. Of two collectors one waits (`turn.ts`).
 */
export class Collector {
  /** Whether the last collection saw garbage that is too young. */
  private leftYoung = false;
  private turn = ALWAYS;

  constructor(
    private readonly storage: Pick<Storage, 'garbage' | 'manifests' | 'tags'>,
    private readonly options: CollectorOptions,
  ) {}

  /** Collects one repository and tells each thing when it is gone; at the end, whether another look would find no more. */
  async *collect(
    repository: RepositoryName,
    turn: Turn = ALWAYS,
  ): AsyncGenerator<Collected, boolean> {
    this.leftYoung = false;
    this.turn = turn;
    const looked = this.lookedAt(repository);
    yield* this.finishOthers(looked);
    // What an unused index lists is collectable only once the index is gone.
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const gone = yield* this.collectKind(looked, 'manifests');
      if (gone === 0) break;
    }
    yield* this.collectKind(looked, 'referrers');
    yield* this.collectKind(looked, 'blobs');
    await looked.garbage.tidy(tidyLimits(this.options));
    return !this.leftYoung;
  }

  /** Tells what `collect` would collect, and moves nothing. What is freed counts on everything told before to go too. */
  async *preview(
    repository: RepositoryName,
    going: Map<string, number>,
  ): AsyncGenerator<Collected> {
    const looked = this.lookedAt(repository);
    const gone = new DigestSet();
    for (let round = 0, before = -1; round < MAX_ROUNDS && gone.size > before; round++) {
      before = gone.size;
      for await (const [entry] of this.candidates(looked, 'manifests', gone, 1)) {
        if (entry === undefined || gone.has(entry.digest)) continue;
        gone.add(entry.digest);
        yield { repository, ...entry, freed: entry.size };
      }
    }
    for (const kind of ['referrers', 'blobs'] as const) {
      for await (const [entry] of this.candidates(looked, kind, gone, 1)) {
        if (entry === undefined) continue;
        const last = kind === 'blobs' && (await isLastClaim(looked, entry, going));
        yield { repository, ...entry, freed: last || kind === 'referrers' ? entry.size : 0 };
      }
    }
  }

  private lookedAt(repository: RepositoryName): Looked {
    const { garbage, manifests, tags } = this.storage;
    return { repository, garbage: garbage.of(repository), manifests, tags };
  }

  /** What a pass that died holds is put back, or goes. The things of one that is at work are its own. */
  private async *finishOthers(looked: Looked): AsyncGenerator<Collected> {
    const left = new Map<string, StoredEntry[]>();
    for await (const { pass, entry } of looked.garbage.aside()) {
      if (beginOf(pass) > this.options.now() - DEAD_AFTER_MS) continue;
      left.set(pass, [...(left.get(pass) ?? []), entry]);
    }
    for (const [pass, entries] of left) yield* this.decide(looked, pass, entries);
  }

  private async *collectKind(looked: Looked, kind: StoredKind): AsyncGenerator<Collected, number> {
    let gone = 0;
    for await (const batch of this.candidates(looked, kind, new DigestSet(), BATCH)) {
      const pass = newPass(this.options.now());
      const moved = await looked.garbage.setAside(pass, batch);
      for await (const collected of this.decide(looked, pass, moved)) {
        gone++;
        yield collected;
      }
    }
    return gone;
  }

  /** Yields unreachable content in batches, as if the manifests of `gone` were deleted. */
  private async *candidates(
    looked: Looked,
    kind: StoredKind,
    gone: DigestSet,
    batchSize: number,
  ): AsyncGenerator<StoredEntry[]> {
    const inUse = await this.look(looked, gone);
    let batch: StoredEntry[] = [];
    for await (const entry of looked.garbage.entries(kind)) {
      if (inUse.keeps(entry)) continue;
      if (this.isYoung(entry)) {
        this.leftYoung = true;
        continue;
      }
      batch.push(entry);
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Looks once more, now that the entries are out of sight: what somebody needs by now is put back, the rest goes. */
  private async *decide(
    looked: Looked,
    pass: string,
    entries: readonly StoredEntry[],
  ): AsyncGenerator<Collected> {
    if (entries.length === 0) return;
    const { repository, garbage } = looked;
    const inUse = await this.look(looked);
    for (const entry of entries) {
      if (inUse.keeps(entry) || this.isYoung(entry) || !this.turn.holds) {
        await garbage.restore(pass, entry);
      } else {
        yield { repository, ...entry, freed: await garbage.drop(pass, entry) };
      }
    }
  }

  private look(looked: Looked, gone = new DigestSet()): Promise<Reachability> {
    return Reachability.look(looked, this.options.keepUntagged, gone);
  }

  private isYoung({ lastUsed }: StoredEntry): boolean {
    return lastUsed > this.options.now() - this.options.graceMs;
  }
}

/** Whether a blob's content goes with this claim, after those that are going already. */
async function isLastClaim(
  { garbage }: Looked,
  { digest }: StoredEntry,
  going: Map<string, number>,
): Promise<boolean> {
  const count = (going.get(digest.toString()) ?? 0) + 1;
  going.set(digest.toString(), count);
  return count >= (await garbage.claims(digest));
}

/** The name of a pass tells when it began. */
function newPass(now: number): string {
  return `${now}-${randomBytes(6).toString('hex')}`;
}

function beginOf(pass: string): number {
  return Number.parseInt(pass, 10);
}
