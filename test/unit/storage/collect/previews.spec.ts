import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Digest } from '../../../../src/domain/digest.js';
import { type TagName } from '../../../../src/domain/reference.js';
import { openFilesystemStorage } from '../../../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { MemoryStatistics } from '../../../../src/storage/memory/statistics.js';
import {
  Collector,
  type AssumedRemoved,
  type CollectedEntry,
} from '../../../../src/storage/ports/collector.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { StoreCollector } from '../../../../src/storage/protocol/collect/store-collector.js';
import { newPass } from '../../../../src/storage/protocol/collect/passes.js';
import { type RepositoryGarbage } from '../../../../src/storage/protocol/collect/garbage-store.js';
import {
  RepositoryPreview,
  type PreviewParts,
} from '../../../../src/storage/protocol/collect/repository-preview.js';
import {
  buildIndex,
  collect,
  publish,
  pushArtifact,
  pushImage,
  repo,
  tag,
  uniqueBytes,
  type BuiltManifest,
} from '../../../../src/storage/contract/fixtures.js';
import { collectorPartsOf, storeCollectorOf } from '../../../support/store-collector.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const RULES = { graceMs: 0, uploadTtlMs: 3_600_000, clockAheadMs: 60_000 };

/** How many random repositories are compared, and how many removals in each. */
const REPOSITORIES = 6;
const REMOVALS = 12;

describe.each(['memory', 'filesystem'])('a preview (%s)', (driver) => {
  let path: string;
  let storage: Storage;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-previews-'));
    storage =
      driver === 'memory'
        ? createMemoryStorage({ maxBytes: 10_000_000 })
        : openFilesystemStorage({ path, fsync: false });
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  it.each([true, false])(
    'of a removal is the difference of two whole previews (untagged manifests are kept: %s)',
    async (keepUntagged) => {
      const collector = storeCollectorOf(storage);
      const rules = { ...RULES, keepUntagged };
      let compared = 0;
      for (let seed = 1; seed <= REPOSITORIES; seed++) {
        const random = new Random(seed);
        const home = await RandomRepository.push(storage, random, repo(`random/r${seed}`));
        for (let round = 0; round < REMOVALS; round++) {
          const removal = home.removal(random);
          const found = await collect(collector.consequences(rules, removal));
          // The default of the port compares two previews.
          const compare = Collector.prototype.consequences.call(collector, rules, removal);
          expect(textsOf(found)).toEqual(textsOf(await collect(compare)));
          compared += found.length;
        }
      }
      expect(compared).toBeGreaterThan(REPOSITORIES * REMOVALS);
    },
  );

  it.each([true, false])(
    'says what a collection deletes after a removal (untagged manifests are kept: %s)',
    async (keepUntagged) => {
      const collector = storeCollectorOf(storage);
      const rules = { ...RULES, keepUntagged };
      for (let seed = 1; seed <= REPOSITORIES; seed++) {
        const random = new Random(seed);
        const repository = repo(`random/r${seed}`);
        const home = await RandomRepository.push(storage, random, repository);
        const removal = home.removal(random);
        const previewed = await collect(collector.preview(rules, removal));
        for (const name of removal.tags) await storage.tags.remove(repository, name);
        for (const digest of removal.manifests) await storage.manifests.remove(repository, digest);

        const collected = await collect(collector.collect({ ...rules, repository }));

        const isAssumed = ({ kind, digest }: CollectedEntry) =>
          kind === 'manifests' && removal.manifests.some((one) => one.equals(digest));
        expect(textsOf(collected.filter((one) => 'digest' in one))).toEqual(
          textsOf(previewed.filter((one) => !isAssumed(one))),
        );
      }
    },
  );

  it('reads no manifest twice, however many rounds it takes', async () => {
    const image = await pushImage(storage, HOME);
    const inner = buildIndex([image.descriptor]);
    await publish(storage, HOME, inner.bytes);
    const outer = buildIndex([inner.descriptor]);
    await publish(storage, HOME, outer.bytes, { tags: ['1.0'] });
    const { parts, reads } = counted(storage);
    const rules = { ...RULES, keepUntagged: false, now: () => Date.now() + 60_000 };

    const preview = await RepositoryPreview.of(parts, rules, HOME);
    const found = await collect(preview.all(new Map(), { repository: HOME, tags: [tag('1.0')] }));

    const manifests = [image, inner, outer].map(({ digest }) => digest.toString()).sort();
    expect(textsOf(found).filter((text) => text.startsWith('manifests'))).toHaveLength(3);
    expect(reads.sort()).toEqual(manifests);
  });

  it('of the whole store does not use what is cached of one repository', async () => {
    await pushImage(storage, HOME);
    const { listings, ...parts } = collectorPartsOf(storage);
    const asked: string[] = [];
    const noted = {
      tags: (name: typeof HOME) => listings.tags(name),
      links(name: typeof HOME) {
        asked.push(name);
        return listings.links(name);
      },
    };
    const collector = new StoreCollector({ ...parts, listings: noted });
    const rules = { ...RULES, keepUntagged: false };

    const whole = await collect(collector.preview(rules));
    expect(asked).toEqual([]);
    const one = await collect(collector.preview({ ...rules, repository: HOME }));

    expect(asked).toEqual([HOME]);
    expect(textsOf(whole)).toEqual(textsOf(one));
    expect(whole).toHaveLength(3);
  });

  it('counts a manifest that a collection has set aside as one that exists', async () => {
    const layer = uniqueBytes(300);
    const kept = await pushImage(storage, HOME, { layers: [layer] });
    await pushImage(storage, HOME, { tags: ['1.0'], layers: [layer] });
    const garbage = storeCollectorOf(storage).garbage.of(HOME);
    const entry = await garbage.entry({ kind: 'manifests', digest: kept.digest });
    await garbage.setAside(newPass(Date.now()), entry === undefined ? [] : [entry]);
    const removal = { repository: HOME, tags: [tag('1.0')] };

    const found = await collect(
      storeCollectorOf(storage).consequences({ ...RULES, keepUntagged: false }, removal),
    );

    expect(found.some(({ size }) => size === 300)).toBe(false);
    expect(found.filter(({ kind }) => kind === 'manifests')).toHaveLength(1);
  });
});

/** Returns what a preview reads, without a cache, and the manifests that were read. */
function counted(storage: Storage): { readonly parts: PreviewParts; readonly reads: string[] } {
  const { manifests, catalog } = storage;
  const { garbage } = collectorPartsOf(storage);
  const reads: string[] = [];
  const of = (repository: typeof HOME): RepositoryGarbage => {
    const view = garbage.of(repository);
    const peek = (digest: Digest) => {
      reads.push(digest.toString());
      return view.peek(digest);
    };
    return Object.assign(Object.create(view) as typeof view, { peek });
  };
  const counting = Object.assign(Object.create(garbage) as typeof garbage, { of });
  const listings = new MemoryStatistics({ garbage: counting, manifests, catalog });
  return { parts: { garbage: counting, manifests, listings }, reads };
}

/** Repeats the same numbers for the same seed. */
class Random {
  constructor(private state: number) {}

  below(count: number): number {
    this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((this.state / 0x80000000) * count);
  }

  some<T>(items: readonly T[], atMost: number): T[] {
    const count = this.below(atMost + 1);
    return Array.from({ length: count }, () => items[this.below(items.length)] as T);
  }
}

/** A repository with images that share layers, indexes that list each other, and referrers of all of them. */
class RandomRepository {
  private readonly manifests: BuiltManifest[] = [];
  private readonly tags: TagName[] = [];

  private constructor(
    private readonly storage: Storage,
    readonly repository: typeof HOME,
  ) {}

  static async push(storage: Storage, random: Random, repository: typeof HOME) {
    const made = new RandomRepository(storage, repository);
    const layers = Array.from({ length: 6 }, (_, at) => uniqueBytes(100 + at));
    for (let at = 0; at < 8; at++) {
      const chosen = [...new Set(random.some(layers, 3))];
      made.add(await pushImage(storage, repository, { ...made.tagged(random), layers: chosen }));
    }
    for (let at = 0; at < 12; at++) await made.pushOver(random);
    // Another repository has some of the blobs as well.
    await pushImage(storage, OTHER, { tags: ['1.0'], layers: random.some(layers, 2) });
    return made;
  }

  removal(random: Random): Required<AssumedRemoved> {
    const { repository } = this;
    const manifests = random.some(this.manifests, 3).map(({ digest }): Digest => digest);
    return { repository, tags: [...new Set(random.some(this.tags, 6))], manifests };
  }

  private async pushOver(random: Random): Promise<void> {
    const { storage, repository, manifests } = this;
    const options = this.tagged(random);
    const target = manifests[random.below(manifests.length)];
    if (target !== undefined && random.below(2) === 0) {
      this.add(await pushArtifact(storage, repository, target.descriptor, options));
      return;
    }
    const entries = new Set(random.some(manifests, 4));
    const index = buildIndex([...entries].map(({ descriptor }) => descriptor));
    await publish(storage, repository, index.bytes, options);
    this.add(index);
  }

  private add(manifest: BuiltManifest): void {
    this.manifests.push(manifest);
  }

  private tagged(random: Random): { readonly tags: readonly string[] } {
    if (random.below(3) === 0) return { tags: [] };
    const name = `v${this.tags.length}`;
    this.tags.push(tag(name));
    return { tags: [name] };
  }
}

function textsOf(entries: readonly CollectedEntry[]): string[] {
  return entries
    .map(({ kind, digest, size, freed }) => `${kind} ${digest} ${size} ${freed}`)
    .sort();
}
