import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { buildImage, publish, repo, tag } from '../../../../src/storage/contract/fixtures.js';
import { ALPINE, DAY, EvictionBench } from '../../../support/mirror/eviction-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';

describe('the budget of a mirror', () => {
  let bench: EvictionBench;
  beforeEach(() => {
    bench = new EvictionBench();
  });
  afterEach(() => bench.storage.close());

  it('removes nothing that a tag was set to meanwhile', async () => {
    const before = await bench.image('1');
    bench.now += DAY;
    bench.rules = { ...bench.rules, graceMs: 0 };
    bench.keep(0);
    const after = buildImage();
    const { statistics } = bench.storage;
    const tags = statistics.tags.bind(statistics);
    statistics.tags = async function* (repository) {
      yield* tags(repository);
      await publish(bench.storage, repository, after.bytes, { tags: ['1'], sparse: 'all' });
    };

    await bench.evict();

    statistics.tags = tags;
    expect(await bench.has(before, after)).toEqual([false, true]);
    expect(await bench.tags()).toEqual(['1']);
  });

  it.each([
    ['has no limits', () => void (bench.plan = planOf())],
    ['is offline', () => bench.keep(0, { offline: true })],
    ['mirrors a registry that fails', () => void (bench.isResting = true)],
    ['belongs to a read-only registry', () => void (bench.isReadOnly = true)],
  ])('removes nothing of a mirror that %s', async (_, prepare) => {
    await bench.image('1');
    bench.now += 60 * DAY;
    bench.keep(0);
    prepare();

    await bench.evict();

    expect(await bench.tags()).toEqual(['1']);
  });

  it('is kept by one process of the storage at a time', async () => {
    await bench.image('1');
    bench.now += DAY;
    bench.keep(0);
    const terms = { forMs: 60_000, idleMs: 0 };
    const lease = await bench.storage.lease('mirror-eviction', terms);

    await bench.evict();
    expect(await bench.tags()).toEqual(['1']);

    await lease?.release();
    await bench.evict();
    expect(await bench.tags()).toEqual([]);
  });

  it('removes nothing more once the evictor is closed or the plan has changed', async () => {
    await bench.image('1');
    bench.now += DAY;
    bench.keep(0);
    const evictor = bench.open();
    const running = evictor.run();
    bench.keep(5);
    await running;
    expect(await bench.tags()).toEqual(['1']);

    bench.keep(0);
    const other = bench.open();
    const ended = other.run();
    await other.close();
    await ended;
    expect(await bench.tags()).toEqual(['1']);
    await other.run();
    expect(await bench.tags()).toEqual(['1']);
  });

  it('is held after each complete collection, and not after one that was cut short', async () => {
    await bench.image('1');
    bench.now += DAY;
    bench.keep(0);
    const evictor = bench.open();
    const report = { milliseconds: 1, freedBytes: 0, totals: undefined };

    evictor.collected({ ...report, result: 'stopped' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await bench.tags()).toEqual(['1']);

    evictor.collected({ ...report, result: 'complete' });
    await evictor.run();
    expect(await bench.tags()).toEqual([]);
  });

  it('reports a failure, and continues after the next collection', async () => {
    await bench.image('1');
    bench.now += DAY;
    bench.keep(0);
    const remove = bench.storage.manifests.remove.bind(bench.storage.manifests);
    bench.storage.manifests.remove = () => Promise.reject(new Error('the disk is gone'));
    await bench.evict();
    expect(bench.logged).toEqual(['error nothing more of docker.io was removed']);

    bench.storage.manifests.remove = remove;
    await bench.evict();
    expect(await bench.storage.tags.resolve(repo(ALPINE), tag('1'))).toBeUndefined();
  });
});
