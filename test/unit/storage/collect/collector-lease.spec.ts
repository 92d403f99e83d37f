import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { RepositoryCollector } from '../../../../src/storage/protocol/collect/repository-collector.js';
import { collectorPartsOf } from '../../../support/store-collector.js';
import { withCollectorLease } from '../../../../src/upkeep/gc/with-lease.js';
import { FileLease } from '../../../../src/storage/filesystem/disk/lease.js';
import { openFilesystemStorage } from '../../../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { collect, pushBlob, repo, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;

describe('a lease on disk', () => {
  let directory: string;
  const take = (forMs: number, idleMs = 0) => FileLease.take(directory, { forMs, idleMs });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-lease-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('is granted to only one of many concurrent requests, each time', async () => {
    for (let round = 0; round < 20; round++) {
      const all = await Promise.all(Array.from({ length: 12 }, () => take(HOUR_MS)));
      const winners = all.filter((lease) => lease !== undefined);
      expect(winners).toHaveLength(1);
      await winners[0]?.release();
    }
  });

  it('keeps only its own number and the previous one in the directory', async () => {
    for (let round = 0; round < 5; round++) await (await take(HOUR_MS))?.release();
    expect((await readdir(directory)).sort()).toEqual(['4', '5']);
  });

  it('expires if it is not extended, and a holder that was asleep cannot extend it any more', async () => {
    const asleep = await take(50);
    expect(await take(50)).toBeUndefined();
    await delay(60);
    expect(asleep?.holds).toBe(false);
    const next = await take(HOUR_MS);
    expect(next?.holds).toBe(true);
    await asleep?.extend();
    expect(asleep?.holds).toBe(false);
    await asleep?.release();
    expect(await take(HOUR_MS)).toBeUndefined();
  });

  it('is held as long as it is extended', async () => {
    const lease = await take(400);
    for (let round = 0; round < 4; round++) {
      await delay(150);
      await lease?.extend();
      expect(await take(400)).toBeUndefined();
    }
    expect(lease?.holds).toBe(true);
  });

  it('is free if its end is further ahead than a lease can be, because a clock was set back', async () => {
    await take(2 * HOUR_MS);
    expect(await take(HOUR_MS)).toBeDefined();
  });

  it('is lost by its holder after the clock was set back, because it is free for others', async () => {
    const lease = await take(HOUR_MS);
    const now = Date.now() - 2 * HOUR_MS;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
    expect(lease?.holds).toBe(false);
    await lease?.extend();
    expect(lease?.holds).toBe(false);
    expect((await take(HOUR_MS))?.holds).toBe(true);
    clock.mockRestore();
  });
});

describe.each(['memory', 'filesystem'])('the lease of collectors (%s)', (driver) => {
  let path: string;
  let storage: Storage;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-turn-'));
    storage =
      driver === 'memory'
        ? createMemoryStorage({ maxBytes: 1_000_000 })
        : openFilesystemStorage({ path });
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  it('lets one collector work, and reports to the other that it was not free', async () => {
    let nested: boolean | undefined;
    const done = await withCollectorLease(storage, 0, async (turn) => {
      expect(turn.holds).toBe(true);
      nested = await withCollectorLease(storage, 0, () =>
        Promise.reject(new Error('not its turn')),
      );
    });
    expect([done, nested]).toEqual([true, false]);
  });

  it('is released when the work fails', async () => {
    const failing = withCollectorLease(storage, 0, () =>
      Promise.reject(new Error('the disk is gone')),
    );
    await expect(failing).rejects.toThrow('the disk is gone');
    expect(await withCollectorLease(storage, 0, () => Promise.resolve())).toBe(true);
  });

  it('makes a collector that lost it restore the entries that it has set aside', async () => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(50));
    const rules = { graceMs: 0, keepUntagged: true, now: () => Date.now() + HOUR_MS };
    const parts = collectorPartsOf(storage);
    const pass = (holds: boolean) =>
      collect(new RepositoryCollector(parts, rules, { holds }).collect(HOME));

    expect(await pass(false)).toEqual([]);
    expect(await storage.blobs.stat(HOME, digest)).toBe(50);
    expect(await pass(true)).toMatchObject([{ digest }]);
  });
});
