import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Pin } from '../../../../src/mirror/plan/pin.js';
import {
  buildImage,
  publish,
  pushArtifact,
  repo,
  tag,
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

  /** Lets the mirror keep the bytes of this many images. */
  const keep = (images: number, changes = {}) => {
    bench.plan = planOf({ keep: { bytes: (images + 0.5) * LAYER_BYTES }, ...changes });
  };

  it('removes the images whose last pull is the longest ago until the rest fits', async () => {
    const one = await bench.image('1');
    for (const name of ['2', '3', '4']) await bench.image(name);
    await bench.pull(one.digest);
    bench.now += DAY;
    keep(2);

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
    keep(2);

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
    keep(1);

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
    keep(2);

    await bench.evict();
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
    keep(0);

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
    keep(0);

    await bench.evict();

    expect(await bench.tags()).toEqual(['1']);
    expect(await bench.tags('docker.io/library/other')).toEqual([]);
  });

  it('removes an index with its images, except those that another index lists', async () => {
    const [own, shared] = [await bench.child(), await bench.child()];
    const first = await bench.index('1', [own, shared]);
    const second = await bench.index('2', [shared]);
    bench.now += DAY;
    keep(1);

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
    keep(1);

    await bench.evict();

    expect(await bench.tags()).toEqual(['1']);
    expect(await bench.has(child)).toEqual([true]);
  });

  it('keeps the entries of an index that have a tag of their own', async () => {
    const child = await bench.image('child');
    const index = await bench.index('1', [child]);
    await publish(bench.storage, repo(ALPINE), child.bytes, { tags: ['pinned'] });
    bench.now += DAY;
    keep(0, { pin: [Pin.parse('library/alpine:pinned')] });

    await bench.evict();

    expect(await bench.has(index, child)).toEqual([false, true]);
    expect(await bench.tags()).toEqual(['child', 'pinned']);
  });

  it('removes nothing that a tag was set to meanwhile', async () => {
    const before = await bench.image('1');
    bench.now += DAY;
    bench.rules = { ...bench.rules, graceMs: 0 };
    keep(0);
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

  it('removes images that no tag leads to any longer, if the collector keeps them', async () => {
    const [before, after] = [await bench.image('1'), await bench.image('1')];
    await bench.pull(before.digest);
    await bench.pull(after.digest);
    bench.now += DAY;
    keep(1);

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
    keep(1);

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
    keep(2);

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

  it.each([
    ['has no limits', () => void (bench.plan = planOf())],
    ['is offline', () => keep(0, { offline: true })],
    ['mirrors a registry that fails', () => void (bench.isResting = true)],
    ['belongs to a read-only registry', () => void (bench.isReadOnly = true)],
  ])('removes nothing of a mirror that %s', async (_, prepare) => {
    await bench.image('1');
    bench.now += 60 * DAY;
    keep(0);
    prepare();

    await bench.evict();

    expect(await bench.tags()).toEqual(['1']);
  });

  it('is kept by one process of the storage at a time', async () => {
    await bench.image('1');
    bench.now += DAY;
    keep(0);
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
    keep(0);
    const evictor = bench.open();
    const running = evictor.run();
    keep(5);
    await running;
    expect(await bench.tags()).toEqual(['1']);

    keep(0);
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
    keep(0);
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
    keep(0);
    const remove = bench.storage.manifests.remove.bind(bench.storage.manifests);
    bench.storage.manifests.remove = () => Promise.reject(new Error('the disk is gone'));
    await bench.evict();
    expect(bench.logged).toEqual(['error nothing more of docker.io was removed']);

    bench.storage.manifests.remove = remove;
    await bench.evict();
    expect(await bench.storage.tags.resolve(repo(ALPINE), tag('1'))).toBeUndefined();
  });
});
