import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { Pin } from '../../../../src/mirror/plan/pin.js';
import {
  publish,
  pushArtifact,
  repo,
  uniqueBytes,
} from '../../../../src/storage/contract/fixtures.js';
import {
  ALPINE,
  DAY,
  EvictionBench,
  HOUR,
  LAYER_BYTES,
} from '../../../support/mirror/eviction-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';

describe('the budget of a mirror', () => {
  let bench: EvictionBench;
  beforeEach(() => {
    bench = new EvictionBench();
  });
  afterEach(() => bench.storage.close());

  it('removes the images whose last pull is the longest ago until the rest fits', async () => {
    const one = await bench.image('1');
    for (const name of ['2', '3', '4']) await bench.image(name);
    await bench.pull(one.digest);
    bench.now += DAY;
    bench.keep(2);

    await bench.evict();

    expect(await bench.tags()).toEqual(['1', '4']);
    await bench.collect();
    expect(await bench.bytes()).toBeLessThanOrEqual(2.5 * LAYER_BYTES);
    expect(bench.logged).toEqual([
      expect.stringMatching(/^log docker\.io: 2 manifests evicted, 20\d{4} bytes to be collected$/),
    ]);
  });

  it('removes nothing that fits', async () => {
    await bench.image('1');
    await bench.image('2');
    bench.now += DAY;
    bench.keep(2);

    await bench.evict();

    expect(await bench.tags()).toEqual(['1', '2']);
    expect(bench.logged).toEqual([]);
  });

  it('counts content that images and repositories share once', async () => {
    const layers = [uniqueBytes(LAYER_BYTES)];
    const other = 'docker.io/library/other';
    await bench.image('1', { layers });
    await bench.image('2', { layers });
    await bench.image('1', { layers, repository: other });
    bench.now += DAY;
    bench.keep(1);

    await bench.evict();
    expect([await bench.tags(), await bench.tags(other)]).toEqual([['1', '2'], ['1']]);

    await bench.image('3');
    bench.now += DAY;
    await bench.evict();
    expect([await bench.tags(), await bench.tags(other)]).toEqual([['3'], []]);
  });

  it('counts nothing that the next collection takes anyway', async () => {
    for (const name of ['1', '2', '3', '4']) await bench.image(name);
    bench.now += DAY;
    bench.keep(2);

    await bench.evict();
    await bench.evict();

    expect(await bench.tags()).toEqual(['3', '4']);
  });

  it('removes no more than it must while a collection takes what was removed', async () => {
    for (const name of ['1', '2', '3', '4']) await bench.image(name);
    bench.now += DAY;
    bench.keep(2);
    const { manifests } = bench.storage;
    const remove = manifests.remove.bind(manifests);
    jest.spyOn(manifests, 'remove').mockImplementation(async (...args) => {
      const removed = await remove(...args);
      await bench.collect();
      return removed;
    });

    await bench.evict();

    expect(await bench.tags()).toEqual(['3', '4']);
  });

  it('leaves all other repositories alone', async () => {
    for (const repository of ['docker.io', 'docker.io-x/app', 'docker.io0/app', 'team/app']) {
      await bench.image('1', { repository });
    }
    await bench.image('1');
    bench.now += 60 * DAY;
    bench.plan = planOf({ keep: { bytes: 1, unusedMs: DAY } });

    await bench.evict();

    expect(await bench.tags()).toEqual([]);
    for (const repository of ['docker.io', 'docker.io-x/app', 'docker.io0/app', 'team/app']) {
      expect(await bench.tags(repository)).toEqual(['1']);
    }
  });

  it('removes what was not pulled for the time of the plan, although it fits', async () => {
    const old = await bench.image('old');
    const pulled = await bench.image('pulled');
    bench.now += 20 * DAY;
    await bench.pull(pulled.digest);
    await bench.image('new');
    bench.now += 15 * DAY;
    bench.plan = planOf({ keep: { unusedMs: 30 * DAY } });

    await bench.evict();

    expect(await bench.tags()).toEqual(['new', 'pulled']);
    expect(await bench.has(old)).toEqual([false]);
  });

  it('keeps pinned tags with all that they lead to', async () => {
    const child = await bench.child();
    const index = await bench.index('3.1', [child]);
    const signature = await pushArtifact(bench.storage, repo(ALPINE), index.descriptor);
    await bench.image('2');
    bench.now += 60 * DAY;
    const pin = [Pin.parse('library/alpine:3.*')];
    bench.plan = planOf({ keep: { bytes: 1, unusedMs: DAY }, pin });

    await bench.evict();

    expect(await bench.tags()).toEqual(['3.1']);
    expect(await bench.has(index, child, signature)).toEqual([true, true, true]);
  });

  it('keeps an image with a pinned tag under its other tags', async () => {
    const { bytes } = await bench.image('3.1');
    await publish(bench.storage, repo(ALPINE), bytes, { tags: ['latest'] });
    bench.now += 60 * DAY;
    bench.plan = planOf({ keep: { bytes: 1 }, pin: [Pin.parse('library/alpine:3.*')] });

    await bench.evict();

    expect(await bench.tags()).toEqual(['3.1', 'latest']);
  });

  it('keeps what was used within the grace period of the collector', async () => {
    const pulled = await bench.image('pulled');
    const seen = await bench.image('seen');
    bench.now += DAY;
    await bench.pull(pulled.digest);
    bench.now -= HOUR;
    await bench.storage.manifests.open(repo(ALPINE), seen.digest);
    await bench.image('new');
    bench.now -= HOUR / 2;
    bench.keep(0);

    await bench.evict();
    expect(await bench.tags()).toEqual(['new', 'pulled', 'seen']);

    bench.now += DAY;
    await bench.evict();
    expect(await bench.tags()).toEqual([]);
  });

  it('keeps a repository while its blobs are downloaded', async () => {
    await bench.image('1');
    await bench.image('1', { repository: 'docker.io/library/other' });
    bench.now += DAY;
    bench.fetching = ALPINE;
    bench.keep(0);

    await bench.evict();

    expect(await bench.tags()).toEqual(['1']);
    expect(await bench.tags('docker.io/library/other')).toEqual([]);
  });
});
