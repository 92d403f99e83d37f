import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildIndex, collect, publish, repo } from '../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { FileUsageStore, type UsageParts } from '../../../src/storage/filesystem/usage-store.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { MemoryUsageStore } from '../../../src/storage/memory/usage-store.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { type UsageStore } from '../../../src/storage/ports/usage-store.js';
import { beginOf } from '../../../src/storage/protocol/pulls-by-day.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;

/** What older programs have in their files. */
interface Counted {
  readonly pulls: number;
}
interface OlderTotal {
  readonly usage: Readonly<Record<string, Counted>>;
}

/** Longer than a tick of the file system's clock. */
const SETTLE_MS = 40;

async function pullsOf(usage: UsageStore, repository = HOME): Promise<number[]> {
  return [...(await usage.of(repository)).values()].map(({ pulls }) => pulls);
}

async function daysOf(usage: UsageStore, repository = HOME): Promise<Record<string, number>> {
  const byDay = [...(await usage.byDay(repository))];
  return Object.fromEntries(
    byDay.map(([day, pulls]) => [new Date(beginOf(day)).toISOString().slice(0, 10), pulls]),
  );
}

describe('the usage on the disk', () => {
  let path: string;
  let directory: string;
  let storage: Storage;
  let digest: Digest;
  let now: number;
  /** Two processes of one store. */
  let one: UsageStore;
  let other: UsageStore;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-usage-'));
    directory = join(path, 'repositories/team+app/usage');
    storage = openFilesystemStorage({ path, fsync: false });
    digest = await publish(storage, HOME, buildIndex().bytes);
    now = Date.parse('2026-11-29T12:30:00Z');
    const { parts } = storage.usage as unknown as { parts: UsageParts };
    [one, other] = [new FileUsageStore(parts, () => now), new FileUsageStore(parts, () => now)];
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  const pull = (usage: UsageStore, pulls = 1): Promise<void> =>
    usage.add(HOME, [{ digest, pulls, lastPulledAt: now }]);
  const files = async (): Promise<string[]> => (await readdir(directory)).sort();

  it('is read again only after somebody has pulled', async () => {
    await pull(one, 2);
    await delay(SETTLE_MS);
    const before = await other.of(HOME);
    expect(await other.of(HOME)).toBe(before);

    await pull(one, 3);
    expect([await pullsOf(other), [...before.values()].map(({ pulls }) => pulls)]).toEqual([
      [5],
      [2],
    ]);
    now += 3 * HOUR_MS;
    await one.fold();
    expect(await pullsOf(other)).toEqual([5]);
    now += HOUR_MS;
    await pull(other);
    expect([await pullsOf(one), await pullsOf(other)]).toEqual([[6], [6]]);
  });

  it('is one file for each process and hour, until the hour after it has passed', async () => {
    for (let hour = 0; hour < 3; hour++) {
      await Promise.all([pull(one), pull(one), pull(other)]);
      now += HOUR_MS;
    }
    expect(await files()).toHaveLength(6);

    await one.fold();

    // The hours before the last one are merged.
    expect(await files()).toHaveLength(4);
    expect(await files()).toEqual(expect.arrayContaining(['days.json', 'total.json']));
    expect(await pullsOf(other)).toEqual([9]);
  });

  it.each([1, 2])(
    'is neither lost nor counted twice if a merge is stopped with %d files left to remove',
    async (left) => {
      await Promise.all([pull(one, 2), pull(other, 3)]);
      now += 3 * HOUR_MS;
      const names = (await files()).slice(0, left);
      for (const name of names) await copyFile(join(directory, name), join(path, name));
      await one.fold();
      for (const name of names) await copyFile(join(path, name), join(directory, name));

      expect([await pullsOf(one), await daysOf(one)]).toEqual([[5], { '2026-11-29': 5 }]);
      await pull(one);
      now += 3 * HOUR_MS;
      await other.fold();

      expect([await pullsOf(one), await daysOf(one)]).toEqual([[6], { '2026-11-29': 6 }]);
      expect(await files()).toEqual(['days.json', 'total.json']);
    },
  );

  it('is not lost if a merge is stopped before the new total has its name', async () => {
    await pull(one, 2);
    now += 3 * HOUR_MS;
    await writeFile(join(directory, '~torn'), '{"folded":["');

    expect(await pullsOf(one)).toEqual([2]);
    await one.fold();
    expect(await pullsOf(one)).toEqual([2]);
  });

  it('keeps its file and its total if the lease is lost', async () => {
    await pull(one, 2);
    now += 3 * HOUR_MS;
    const before = await files();

    await one.fold({ holds: false });
    expect(await files()).toEqual(before);
    let looks = 0;
    await one.fold({
      get holds() {
        return ++looks === 1;
      },
    });

    expect(await files()).toEqual(before);
  });

  it('goes into the file of the next hour if the hour passes during the write', async () => {
    const begun = now;
    let looks = 0;
    const { parts } = storage.usage as unknown as { parts: UsageParts };
    const slow = new FileUsageStore(parts, () => (looks++ === 0 ? begun : begun + 2 * HOUR_MS));

    await pull(slow);

    expect((await files()).map((name) => Number.parseInt(name, 10))).toEqual([
      Math.floor(begun / HOUR_MS) + 2,
    ]);
    expect(await pullsOf(one)).toEqual([1]);
  });

  it('survives a file that a power cut left empty', async () => {
    await pull(one, 2);
    const [name = ''] = await files();
    await writeFile(join(directory, name), '');
    await pull(other, 3);

    expect(await pullsOf(one)).toEqual([3]);
    now += 3 * HOUR_MS;
    await one.fold();
    expect(await pullsOf(one)).toEqual([3]);
    expect(await readFile(join(directory, 'total.json'), 'utf8')).toContain(`${digest}`);
  });

  it('forgets a manifest that no longer exists, and keeps one that a collector has set aside', async () => {
    const second = await publish(storage, HOME, buildIndex().bytes);
    await pull(one, 2);
    await one.add(HOME, [{ digest: second, pulls: 7, lastPulledAt: now }]);
    now += 3 * HOUR_MS;
    await one.fold();
    const { garbage } = (storage.usage as unknown as { parts: UsageParts }).parts;
    const entry = await garbage.of(HOME).entry({ kind: 'manifests', digest });
    if (entry !== undefined) await garbage.of(HOME).setAside('1-pass', [entry]);

    await storage.manifests.remove(HOME, second);
    await one.fold();

    expect(await pullsOf(one)).toEqual([2]);
  });

  it('has the pulls of each day, of past hours and of all processes, and forgets those before the last 30 days', async () => {
    await pull(one, 2);
    for (const [usage, pulls] of [[one, 3] as const, [other, 4] as const]) {
      now += 24 * HOUR_MS;
      await pull(usage, pulls);
    }
    expect(await daysOf(one)).toEqual({ '2026-11-29': 2, '2026-11-30': 3, '2026-12-01': 4 });

    now += 28 * 24 * HOUR_MS;
    await pull(other, 5);
    now += 3 * HOUR_MS;
    await one.fold();

    expect(await daysOf(one)).toEqual({ '2026-11-30': 3, '2026-12-01': 4, '2026-12-29': 5 });
    expect(await pullsOf(one)).toEqual([14]);
  });

  it('reads its days again only after somebody has pulled', async () => {
    await pull(one, 2);
    await delay(SETTLE_MS);
    const before = await other.byDay(HOME);
    expect(await other.byDay(HOME)).toBe(before);

    await pull(one, 3);

    expect(await daysOf(other)).toEqual({ '2026-11-29': 5 });
  });

  it('keeps its days if a merge is stopped before they are written, and if the lease is lost then', async () => {
    await pull(one, 2);
    now += 3 * HOUR_MS;
    const [name = ''] = await files();
    let looks = 0;
    await one.fold({
      get holds() {
        return ++looks <= 2;
      },
    });
    expect(await files()).toEqual([name, 'total.json']);
    expect([await pullsOf(one), await daysOf(one)]).toEqual([[2], { '2026-11-29': 2 }]);

    await one.fold();

    expect(await files()).toEqual(['days.json', 'total.json']);
    expect([await pullsOf(one), await daysOf(one)]).toEqual([[2], { '2026-11-29': 2 }]);
  });

  it('has the pulls, but no days, of a file that an older program wrote', async () => {
    await pull(one);
    const [name = ''] = await files();
    const usage = { [`${digest}`]: { pulls: 7, lastPulledAt: '2026-11-29T12:00:00.000Z' } };
    await writeFile(join(directory, name.replace('.', '.older')), JSON.stringify(usage));

    expect([await pullsOf(one), await daysOf(one)]).toEqual([[8], { '2026-11-29': 1 }]);
    now += 3 * HOUR_MS;
    await one.fold();
    expect([await pullsOf(one), await daysOf(one)]).toEqual([[8], { '2026-11-29': 1 }]);
  });

  it('keeps its days if an older program merges, which knows only the total', async () => {
    await pull(one, 2);
    now += 3 * HOUR_MS;
    await one.fold();
    await pull(one, 3);
    const [name = ''] = await files();
    // An older program reads these two files by what it knows of them, and writes the sum.
    const hour = JSON.parse(await readFile(join(directory, name), 'utf8')) as Record<
      string,
      Counted
    >;
    const total = JSON.parse(await readFile(join(directory, 'total.json'), 'utf8')) as OlderTotal;
    const pulls = Number(hour[`${digest}`]?.pulls) + Number(total.usage[`${digest}`]?.pulls);
    const usage = { [`${digest}`]: { pulls, lastPulledAt: '2026-11-29T15:30:00.000Z' } };
    await writeFile(join(directory, 'total.json'), JSON.stringify({ folded: [name], usage }));
    await rm(join(directory, name));

    expect([await pullsOf(one), await daysOf(one)]).toEqual([[5], { '2026-11-29': 2 }]);
  });

  it('ends with its repository', async () => {
    await pull(one);
    await storage.manifests.remove(HOME, digest);
    const rules = { graceMs: 0, keepUntagged: true, uploadTtlMs: 1, clockAheadMs: 10_000 };
    for (let pass = 0; pass < 2; pass++) await collect(storage.collector?.collect(rules) ?? none());
    await pull(one);
    await one.fold();

    expect(await readdir(join(path, 'repositories'))).toEqual([]);
    expect(await pullsOf(one)).toEqual([]);
  });
});

describe('the usage in memory', () => {
  it('forgets manifests and repositories that no longer exist', async () => {
    const storage = createMemoryStorage({ maxBytes: 1_000_000 });
    const kept = await publish(storage, HOME, buildIndex().bytes);
    const gone = await publish(storage, HOME, buildIndex().bytes);
    await storage.usage.add(HOME, [
      { digest: kept, pulls: 1, lastPulledAt: 1 },
      { digest: gone, pulls: 1, lastPulledAt: 1 },
    ]);

    await storage.manifests.remove(HOME, gone);
    await storage.usage.fold();

    expect([...(await storage.usage.of(HOME)).keys()]).toEqual([`${kept}`]);
  });

  it('forgets the repository that was not pulled for the longest time when there are too many manifests', async () => {
    const catalog = { has: () => Promise.resolve(true) };
    const manifests = createMemoryStorage({ maxBytes: 1_000_000 }).manifests;
    const usage = new MemoryUsageStore({ catalog, manifests }, 3);
    const pull = (name: string, text: string): Promise<void> =>
      usage.add(repo(name), [{ digest: Digest.of(Buffer.from(text)), pulls: 1, lastPulledAt: 1 }]);

    for (const [name, text] of [
      ...([
        ['a', '1'],
        ['b', '1'],
        ['b', '2'],
        ['a', '1'],
        ['c', '1'],
      ] as const),
    ]) {
      await pull(name, text);
    }

    expect(await pullsOf(usage, repo('a'))).toEqual([2]);
    expect(await pullsOf(usage, repo('b'))).toEqual([]);
    expect(await pullsOf(usage, repo('c'))).toEqual([1]);
  });
});

async function* none(): AsyncGenerator<never> {
  // A storage without a collector.
}
