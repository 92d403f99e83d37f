import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RepositoryName } from '../../../../src/domain/repository-name.js';
import {
  RepositoryIndex,
  type RepositoryQuery,
} from '../../../../src/inspect/repositories/repository-index.js';
import {
  buildIndex,
  collect,
  publish,
  pushImage,
  repo,
  uniqueBytes,
} from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type RepositoryFigures } from '../../../../src/storage/ports/statistics.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';

const DAY_MS = 24 * 3_600_000;

/** Figures of a repository of this size, pushed so many days ago. */
function figuresOf(size: number, daysAgo?: number): RepositoryFigures {
  return {
    tags: 1,
    manifests: 1,
    blobs: 1,
    logicalBytes: size,
    uniqueBytes: size,
    sharedBytes: 0,
    ...(daysAgo !== undefined && { lastPushedAt: Date.now() - daysAgo * DAY_MS }),
  };
}

describe('the index of repositories', () => {
  let storage: Storage;
  let index: RepositoryIndex;
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 10_000_000 });
    index = new RepositoryIndex(storage, { debounceMs: 5 });
  });
  afterEach(() => index.close());

  const namesOf = async (query: Partial<RepositoryQuery> = {}) =>
    (await index.page({ limit: 100, ...query })).items.map(({ name }) => name);

  async function saved(all: Readonly<Record<string, RepositoryFigures>>): Promise<void> {
    for (const name of Object.keys(all)) await publish(storage, repo(name), buildIndex().bytes);
    await storage.statistics.save({
      asOf: Date.now() - DAY_MS,
      repositories: new Map(Object.entries(all).map(([name, figures]) => [repo(name), figures])),
      totals: { repositories: 0, manifests: 0, logicalBytes: 0, storedBytes: 0 },
      largest: [],
      growth: [],
    });
  }

  it('does not wait for the figures of a large repository that was never counted', async () => {
    await publish(storage, repo('team/large'), buildIndex().bytes);
    let finish = (): void => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const measure = storage.statistics.measure.bind(storage.statistics);
    let counts = 0;
    storage.statistics.measure = async (name) => {
      counts++;
      await finished;
      return measure(name);
    };
    await index.close();
    index = new RepositoryIndex(storage, { debounceMs: 60_000, countWithinMs: 5 });

    expect(await index.find(repo('team/large'))).toEqual({ name: 'team/large' });
    const second = index.find(repo('team/large'));
    finish();
    await second;
    expect(await index.find(repo('team/large'))).toMatchObject({ figures: { manifests: 1 } });
    expect(counts).toBe(1);
    expect(await index.find(repo('no/such'))).toBeUndefined();
  });

  it('has the figures of the snapshot, and says from when they are', async () => {
    await saved({ 'team/app': figuresOf(5) });

    const { items, asOf } = await index.page({ limit: 10 });

    expect(items).toMatchObject([{ name: 'team/app', figures: figuresOf(5) }]);
    expect(Math.abs(Date.now() - asOf - DAY_MS)).toBeLessThan(10_000);
  });

  it.each<{ query: Partial<RepositoryQuery>; names: string[] }>([
    { query: {}, names: ['a', 'b', 'c', 'd'] },
    { query: { descending: true }, names: ['d', 'c', 'b', 'a'] },
    { query: { sort: 'size' }, names: ['d', 'a', 'b', 'c'] },
    { query: { sort: 'size', descending: true }, names: ['c', 'b', 'a', 'd'] },
    { query: { sort: 'pushed' }, names: ['b', 'a', 'd', 'c'] },
    { query: { sort: 'pushed', descending: true }, names: ['c', 'd', 'a', 'b'] },
    { query: { search: 'b' }, names: ['b'] },
    { query: { allows: (name: RepositoryName) => name > 'b' }, names: ['c', 'd'] },
  ])('is in the order of $query, in one page and in pages of one', async ({ query, names }) => {
    await saved({ a: figuresOf(5, 3), b: figuresOf(5), c: figuresOf(9, 1), d: figuresOf(2, 2) });

    expect(await namesOf(query)).toEqual(names);
    expect(await paged({ ...query, limit: 1 })).toEqual(names);
  });

  it.each([
    ['not base64', '%%%'],
    ['of another order', Buffer.from('["size",5,"a"]').toString('base64url')],
    ['of another form', Buffer.from('{}').toString('base64url')],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    await expect(index.page({ limit: 1, cursor })).rejects.toMatchObject({
      kind: 'request-malformed',
    });
  });

  it('returns each repository that stays once, while others are created and removed', async () => {
    const stays = Array.from({ length: 40 }, (_, number) => `stays-${number}`);
    await saved(Object.fromEntries(stays.map((name, size) => [name, figuresOf(size % 7)])));
    let count = 0;

    const seen = await paged({ limit: 3, sort: 'size' }, async () => {
      const name = repo(`comes-${count++}`);
      await pushImage(storage, name, { layers: [uniqueBytes(count)] });
      index.changed(name);
      index.changed(repo(`comes-${count - 3 < 0 ? 'never' : count - 3}`));
      await index.settled();
    });

    expect(count).toBeGreaterThan(10);
    expect(seen.filter((name) => name.startsWith('stays')).toSorted()).toEqual(stays.toSorted());
  });

  it('continues after a repository that was removed', async () => {
    await saved({ a: figuresOf(1), b: figuresOf(2), c: figuresOf(3) });
    const { next } = await index.page({ limit: 2 });
    await removed('b');
    index.changed(repo('b'));
    await index.settled();

    expect(await namesOf(next === undefined ? {} : { cursor: next })).toEqual(['c']);
    expect(
      await namesOf({ descending: true, ...(next !== undefined && { cursor: next }) }),
    ).toEqual(['a']);
  });

  it('finds repositories that were created or removed since the snapshot', async () => {
    await saved({ a: figuresOf(1), b: figuresOf(2) });
    await removed('a');
    await pushImage(storage, repo('new'), { tags: ['1.0'] });

    expect(await namesOf()).toEqual(['b', 'new']);
    await index.settled();
    expect((await index.page({ limit: 9 })).items[1]?.figures).toMatchObject({ tags: 1, blobs: 2 });
  });

  it('counts a changed repository again, and keeps that count over an older snapshot', async () => {
    await saved({ 'team/app': figuresOf(5) });
    await namesOf();
    await pushImage(storage, repo('team/app'), { tags: ['1.0', '1.1'] });

    index.changed(repo('team/app'));
    await index.settled();
    await saved({ 'team/app': figuresOf(6) });
    await comparedAgain();

    expect((await index.find(repo('team/app')))?.figures).toMatchObject({ tags: 2, manifests: 2 });
  });

  it('counts a repository once for many changes at a time', async () => {
    await saved({ 'team/app': figuresOf(5) });
    await namesOf();
    const counts = countsOf(storage);

    for (let change = 0; change < 50; change++) index.changed(repo('team/app'));
    await index.settled();

    expect(counts()).toBe(1);
  });

  it('counts nothing as long as nobody asks', async () => {
    await saved({ 'team/app': figuresOf(5) });
    const counts = countsOf(storage);

    index.changed(repo('team/app'));
    await index.settled();
    expect(counts()).toBe(0);

    await namesOf();
    await index.settled();
    expect(counts()).toBe(1);
  });

  it('keeps the old figures when a count fails, and reports the error', async () => {
    await saved({ 'team/app': figuresOf(5) });
    const errors: unknown[] = [];
    const statistics = Object.assign(
      Object.create(storage.statistics) as typeof storage.statistics,
      {
        measure: () => Promise.reject(new Error('the disk is gone')),
      },
    );
    index = new RepositoryIndex(
      { catalog: storage.catalog, statistics },
      { debounceMs: 1, onError: (error) => errors.push(error) },
    );
    await namesOf();

    index.changed(repo('team/app'));
    await index.settled();

    expect(errors).toHaveLength(1);
    expect((await index.find(repo('team/app')))?.figures).toEqual(figuresOf(5));
  });

  it('finds one repository with figures, and none that does not exist', async () => {
    await pushImage(storage, repo('team/app'), { tags: ['1.0'] });

    expect((await index.find(repo('team/app')))?.figures).toMatchObject({ tags: 1, manifests: 1 });
    expect(await index.find(repo('unknown'))).toBeUndefined();
  });

  it('returns a page of 100 out of 10,000 in less than 5 ms', async () => {
    const many = new Map<RepositoryName, RepositoryFigures>();
    for (let number = 0; number < 10_000; number++) {
      many.set(repo(`team-${number % 100}/app-${number}`), figuresOf(number * 7, number % 50));
    }
    await storage.statistics.save({
      asOf: Date.now(),
      repositories: many,
      totals: { repositories: 0, manifests: 0, logicalBytes: 0, storedBytes: 0 },
      largest: [],
      growth: [],
    });
    const catalog = Object.assign(Object.create(storage.catalog) as typeof storage.catalog, {
      list: async function* () {
        for (const name of many.keys()) yield await Promise.resolve(name);
      },
    });
    index = new RepositoryIndex({ catalog, statistics: storage.statistics });
    const query = { limit: 100, sort: 'size', search: 'app-99' } as const;
    await index.page(query);

    const times: number[] = [];
    for (let round = 0; round < 21; round++) {
      const began = performance.now();
      expect((await index.page(query)).items).toHaveLength(100);
      times.push(performance.now() - began);
    }

    expect(times.toSorted((one, other) => one - other)[10]).toBeLessThan(5);
  });

  /** Pages through the list, and calls `between` before each further page. */
  async function paged(
    query: RepositoryQuery,
    between: () => Promise<void> = () => Promise.resolve(),
  ): Promise<string[]> {
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await index.page({ ...query, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next;
      if (cursor === undefined) return seen;
      await between();
    }
  }

  async function removed(name: string): Promise<void> {
    for await (const digest of storage.manifests.digests(repo(name))) {
      await storage.manifests.remove(repo(name), digest);
    }
    const rules = { graceMs: 0, keepUntagged: false, uploadTtlMs: 0, clockAheadMs: 10_000 };
    await collect(storage.collector?.collect({ ...rules, repository: repo(name) }) ?? nothing());
  }

  /** Waits until the catalog and the snapshot were compared again. */
  async function comparedAgain(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await namesOf();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

async function* nothing(): AsyncGenerator<never> {}

/** Counts the calls of `measure` from now on. */
function countsOf({ statistics }: Storage): () => number {
  let counts = 0;
  const measure = statistics.measure.bind(statistics);
  statistics.measure = (name) => {
    counts++;
    return measure(name);
  };
  return () => counts;
}
