import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import {
  collect,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
  type BuiltImage,
} from '../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import { type StoreCollector } from '../../src/storage/protocol/collect/store-collector.js';
import { storeCollectorOf } from '../support/store-collector.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;

/** Tests the `GarbageStore` of both adapters. They share the collector. */
describe.each(['memory', 'filesystem'])('a collector (%s)', (driver) => {
  let path: string;
  let storage: Storage;
  let collector: StoreCollector;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-moves-'));
    storage =
      driver === 'memory'
        ? createMemoryStorage({ maxBytes: 1_000_000 })
        : openFilesystemStorage({ path });
    collector = storeCollectorOf(storage);
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  const run = () =>
    collect(
      collector.collect({
        graceMs: 0,
        keepUntagged: false,
        uploadTtlMs: HOUR_MS,
        clockAheadMs: 10_000,
      }),
    );

  async function isWhole(image: BuiltImage): Promise<boolean> {
    const blobs = [image.config, ...image.layers].map((bytes) =>
      storage.blobs.stat(HOME, Digest.of(bytes)),
    );
    const found = [await storage.manifests.stat(HOME, image.digest), ...(await Promise.all(blobs))];
    return found.every((one) => one !== undefined);
  }

  it('restores the reachable entries that a dead pass set aside, and deletes the others', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(storage, HOME, uniqueBytes(50));
    const garbage = collector.garbage.of(HOME);
    const died = `${Date.now() - 2 * HOUR_MS}-died`;
    for (const kind of ['manifests', 'blobs'] as const) {
      await garbage.setAside(died, await collect(garbage.entries(kind)));
    }

    expect(await run()).toMatchObject([{ digest: loose, freed: 50 }]);
    expect(await isWhole(image)).toBe(true);
    expect(await collect(garbage.aside())).toEqual([]);
  });

  it('leaves the entries that a running pass has set aside to readers, who restore them', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const garbage = collector.garbage.of(HOME);
    for (const kind of ['manifests', 'blobs'] as const) {
      await garbage.setAside(`${Date.now()}-working`, await collect(garbage.entries(kind)));
    }

    expect(await collect(garbage.entries('blobs'))).toEqual([]);
    expect((await storage.tags.resolve(HOME, tag('1.0')))?.digest).toEqual(image.digest);
    expect(await isWhole(image)).toBe(true);
    expect(await collect(garbage.entries('blobs'))).toHaveLength(2);
  });

  it('removes an empty repository', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await storage.tags.remove(HOME, tag('1.0'));

    await run();

    expect(await collect(collector.garbage.repositories())).toEqual([]);
  });
});
