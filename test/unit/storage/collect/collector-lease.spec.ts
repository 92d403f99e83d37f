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

describe('the lease on disk', () => {
  let directory: string;
  const take = (forMs: number, idleMs = 0) => FileLease.take(directory, { forMs, idleMs });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-lease-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('goes to one of many that want it at once, again and again', async () => {
    for (let round = 0; round < 20; round++) {
      const all = await Promise.all(Array.from({ length: 12 }, () => take(HOUR_MS)));
      const winners = all.filter((lease) => lease !== undefined);
      expect(winners).toHaveLength(1);
      await winners[0]?.release();
    }
  });

  it('leaves nothing but its own name and the one before', async () => {
    for (let round = 0; round < 5; round++) await (await take(HOUR_MS))?.release();
    expect((await readdir(directory)).sort()).toEqual(['4', '5']);
  });

  it('runs out when its holder dies, and the holder that only slept sees it, and does not take it back', async () => {
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

  it('holds for as long as it is extended', async () => {
    const lease = await take(400);
    for (let round = 0; round < 4; round++) {
      await delay(150);
      await lease?.extend();
      expect(await take(400)).toBeUndefined();
    }
    expect(lease?.holds).toBe(true);
  });

  it('is not waited for after a clock was set back', async () => {
    await take(2 * HOUR_MS);
    expect(await take(HOUR_MS)).toBeDefined();
  });

  it('is lost to its holder, too, after a clock was set back: others take it for free', async () => {
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

describe.each(['memory', 'filesystem'])('collectors take turns (%s)', (driver) => {
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

  it('does the work of one, and tells the other that there was no turn', async () => {
    let nested: boolean | undefined;
    const done = await withCollectorLease(storage, 0, async (turn) => {
      expect(turn.holds).toBe(true);
      nested = await withCollectorLease(storage, 0, () =>
        Promise.reject(new Error('not its turn')),
      );
    });
    expect([done, nested]).toEqual([true, false]);
  });

  it('gives the turn back when the work fails', async () => {
    const failing = withCollectorLease(storage, 0, () =>
      Promise.reject(new Error('the disk is gone')),
    );
    await expect(failing).rejects.toThrow('the disk is gone');
    expect(await withCollectorLease(storage, 0, () => Promise.resolve())).toBe(true);
  });

  it('puts back what a collector has set aside whose turn has ended meanwhile', async () => {
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
