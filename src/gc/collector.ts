import { randomBytes } from 'node:crypto';

import { type Digest } from '../domain/digest.js';
import { type RepositoryName } from '../domain/repository-name.js';
import {
  type StoredEntry,
  type StoredKind,
  type TidyLimits,
} from '../storage/ports/garbage-store.js';
import { type Storage } from '../storage/ports/storage.js';
import { Reachability, type Looked } from './reachability.js';

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

/** No writer and no collector is at one step for so long: what is older was left by one that died. */
const DEAD_AFTER_MS = 3_600_000;

/** What is old enough to be tidied away beside a collection. */
export function tidyLimits({ now, graceMs }: CollectorOptions): TidyLimits {
  return { dead: now() - graceMs - DEAD_AFTER_MS, unused: now() - graceMs };
}

/**
 * Collects what a repository has and nothing leads to, while clients push, pull and delete, with no lock between them.
 *
 * It moves a thing aside, and only then looks whether somebody needs it: a publisher writes down what it intends and only
 * then looks whether the things are there (`storage/protocol/publish.ts`), so one of the two sees the other. Manifests go
 * before what they name, so whatever can be pulled is whole.
 */
export class Collector {
  constructor(
    private readonly storage: Storage,
    private readonly options: CollectorOptions,
  ) {}

  /** Collects one repository and answers each thing when it is gone. */
  async *collect(repository: RepositoryName): AsyncGenerator<Collected> {
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
    for await (const batch of this.candidates(looked, kind)) {
      const pass = newPass(this.options.now());
      const moved = await looked.garbage.setAside(pass, batch);
      for await (const collected of this.decide(looked, pass, moved)) {
        gone++;
        yield collected;
      }
    }
    return gone;
  }

  private async *candidates(looked: Looked, kind: StoredKind): AsyncGenerator<StoredEntry[]> {
    const inUse = await this.look(looked);
    let batch: StoredEntry[] = [];
    for await (const entry of looked.garbage.entries(kind)) {
      if (inUse.keeps(entry) || this.isYoung(entry)) continue;
      batch.push(entry);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Looks once more, now that the entries are out of sight: what somebody needs by now is put back, the rest goes. */
  private async *decide(
    { repository, garbage, ...ports }: Looked,
    pass: string,
    entries: readonly StoredEntry[],
  ): AsyncGenerator<Collected> {
    if (entries.length === 0) return;
    const inUse = await this.look({ repository, garbage, ...ports });
    for (const entry of entries) {
      if (inUse.keeps(entry) || this.isYoung(entry)) {
        await garbage.restore(pass, entry);
      } else {
        const freed = await garbage.drop(pass, entry);
        const { kind, digest, size } = entry;
        yield { repository, kind, digest, size, freed };
      }
    }
  }

  private look(looked: Looked): Promise<Reachability> {
    return Reachability.look(looked, this.options.keepUntagged);
  }

  private isYoung({ lastUsed }: StoredEntry): boolean {
    return lastUsed > this.options.now() - this.options.graceMs;
  }
}

/** The name of a pass tells when it began. */
function newPass(now: number): string {
  return `${now}-${randomBytes(6).toString('hex')}`;
}

function beginOf(pass: string): number {
  return Number.parseInt(pass, 10);
}
