import { beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { largestBlobs, storageFigures } from '../../../../src/inspect/storage/storage-figures.js';
import {
  collect,
  pushImage,
  repo,
  uniqueBytes,
} from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { nextSnapshot } from '../../../../src/storage/protocol/next-snapshot.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';

const HOME = repo('team/app');
const OTHER = repo('secret/app');
const RULES = { graceMs: 3_600_000, keepUntagged: true, uploadTtlMs: 3_600_000 };
const HOUR = 3_600_000;

describe('the figures of a storage', () => {
  let storage: Storage;
  const small = uniqueBytes(1_000);
  const large = uniqueBytes(2_000);
  beforeEach(async () => {
    storage = createMemoryStorage({ maxBytes: 10_000_000 });
    await pushImage(storage, HOME, { layers: [small], tags: ['1.0'] });
    await pushImage(storage, OTHER, { layers: [small, large], tags: ['1.0'] });
  });

  async function collected(now: number): Promise<void> {
    const pass = storage.collector?.collect(RULES);
    const next = await pass?.next();
    if (next?.done !== true) throw new Error('there is nothing to collect');
    const growth = (await storage.statistics.snapshot())?.growth ?? [];
    await storage.statistics.save(nextSnapshot(next.value, growth, now));
  }

  it('are unknown before the first collection', async () => {
    expect(await storageFigures(storage)).toBeUndefined();
    expect(await largestBlobs(storage, 10)).toBeUndefined();
  });

  it('are the totals, what sharing saves, and the growth', async () => {
    await collected(5 * HOUR);
    await pushImage(storage, HOME, { layers: [uniqueBytes(10)] });
    await collected(7 * HOUR);

    const found = await storageFigures(storage);

    expect(found?.asOf).toBe(7 * HOUR);
    expect(found?.totals.manifests).toBe(3);
    expect(found?.sharingSaves).toBe(1_000);
    expect(found?.growth.map(({ at, manifests }) => [at / HOUR, manifests])).toEqual([
      [5, 2],
      [7, 3],
    ]);
    expect((await storageFigures(storage, 6 * HOUR))?.growth).toHaveLength(1);
  });

  it('have the largest blobs, and name only repositories that the caller may see', async () => {
    await collected(5 * HOUR);
    const digestOf = (bytes: Buffer) => Digest.of(bytes);

    const all = await largestBlobs(storage, 2);
    const some = await largestBlobs(storage, 1, (name) => name === HOME);

    expect(all?.blobs).toEqual([
      { digest: digestOf(large), size: 2_000, repositories: [OTHER] },
      { digest: digestOf(small), size: 1_000, repositories: [HOME, OTHER] },
    ]);
    expect(some?.blobs).toEqual([{ digest: digestOf(small), size: 1_000, repositories: [HOME] }]);
  });

  it('are those of what is left after a removal', async () => {
    await collected(5 * HOUR);
    for await (const digest of storage.manifests.digests(OTHER)) {
      await storage.manifests.remove(OTHER, digest);
    }
    await collect(
      storage.collector?.collect({ ...RULES, graceMs: 0, clockAheadMs: 10_000 }) ?? nothing(),
    );
    await collected(6 * HOUR);

    expect((await largestBlobs(storage, 1))?.blobs).toMatchObject([{ size: 1_000 }]);
  });
});

async function* nothing(): AsyncGenerator<never> {}
