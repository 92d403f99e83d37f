import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Pin } from '../../../../src/mirror/plan/pin.js';
import { publish, repo } from '../../../../src/storage/contract/fixtures.js';
import { ALPINE, DAY, EvictionBench, HOUR } from '../../../support/mirror/eviction-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';

describe('the budget of a mirror', () => {
  let bench: EvictionBench;
  beforeEach(() => {
    bench = new EvictionBench();
  });
  afterEach(() => bench.storage.close());

  it('removes an index with its images, except those that another index lists', async () => {
    const [own, shared] = [await bench.child(), await bench.child()];
    const first = await bench.index('1', [own, shared]);
    const second = await bench.index('2', [shared]);
    bench.now += DAY;
    bench.keep(1);

    await bench.evict();

    expect(await bench.tags()).toEqual(['2']);
    expect(await bench.has(first, own, shared, second)).toEqual([false, false, true, true]);
  });

  it('takes the pull of an image for one of its index', async () => {
    const child = await bench.child();
    await bench.index('1', [child]);
    await bench.image('2');
    await bench.pull(child.digest);
    bench.now += DAY;
    bench.keep(1);

    await bench.evict();

    expect(await bench.tags()).toEqual(['1']);
    expect(await bench.has(child)).toEqual([true]);
  });

  it('keeps the entries of an index that have a tag of their own', async () => {
    const child = await bench.image('child');
    const index = await bench.index('1', [child]);
    await publish(bench.storage, repo(ALPINE), child.bytes, { tags: ['pinned'] });
    bench.now += DAY;
    bench.keep(0, { pin: [Pin.parse('library/alpine:pinned')] });

    await bench.evict();

    expect(await bench.has(index, child)).toEqual([false, true]);
    expect(await bench.tags()).toEqual(['child', 'pinned']);
  });

  it('removes images that no tag leads to any longer, if the collector keeps them', async () => {
    const [before, after] = [await bench.image('1'), await bench.image('1')];
    await bench.pull(before.digest);
    await bench.pull(after.digest);
    bench.now += DAY;
    bench.keep(1);

    await bench.evict();

    expect(await bench.has(before, after)).toEqual([false, true]);
    expect(await bench.tags()).toEqual(['1']);
  });

  it('removes an index without a tag before its images', async () => {
    const child = await bench.child();
    const before = await bench.index('1', [child]);
    await bench.pull(child.digest);
    await bench.pull(before.digest);
    await bench.image('1');
    bench.now += DAY;
    bench.keep(1);

    await bench.evict();

    expect(await bench.has(before, child)).toEqual([false, false]);
    expect(await bench.tags()).toEqual(['1']);
  });

  it('removes an image without others that no tag leads to', async () => {
    const [before] = [await bench.image('2'), await bench.image('2')];
    const oldest = await bench.image('1');
    await bench.pull(oldest.digest);
    await bench.pull(before.digest);
    for (const { tag: name, digest } of await bench.tagged()) {
      if (name !== '1') await bench.pull(digest);
    }
    bench.now += DAY;
    bench.keep(2);

    await bench.evict();

    expect(await bench.has(oldest, before)).toEqual([false, true]);
    expect(await bench.tags()).toEqual(['2']);
  });

  it('leaves images without a tag to a collector that takes them', async () => {
    const [before, after] = [await bench.image('1'), await bench.image('1')];
    bench.now += DAY;
    bench.rules = { ...bench.rules, keepUntagged: false };
    bench.plan = planOf({ keep: { unusedMs: HOUR } });

    await bench.evict();

    expect(await bench.has(before, after)).toEqual([true, false]);
  });
});
