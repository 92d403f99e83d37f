import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { LargeManifests } from '../../../../src/mirror/content/large-manifests.js';
import {
  buildImage,
  publish,
  pushBlob,
  uniqueBytes,
} from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';

const MIB = 1024 ** 2;

describe('large manifests', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  it('of mirrors are stored one at a time, whichever clients pull them', async () => {
    const layer = uniqueBytes(10);
    await pushBlob(bench.other.storage, REMOTE, layer);
    const layers = Array.from({ length: 2_500 }, () => layer);
    const images = Array.from({ length: 5 }, () => buildImage(layers));
    const names = images.map((_, index) => `large-${index}`);
    for (const [index, { bytes, config }] of images.entries()) {
      await pushBlob(bench.other.storage, REMOTE, config);
      await publish(bench.other.storage, REMOTE, bytes, { tags: [`large-${index}`] });
    }
    let running = 0;
    let most = 0;
    const { manifests } = bench.storage;
    const store = manifests.publish.bind(manifests);
    manifests.publish = async (...args) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      return store(...args).finally(() => running--);
    };

    const pulled = await Promise.all(names.map((name) => bench.pull(name)));

    expect(pulled).toEqual(images.map(({ digest }) => `${digest}`));
    for (const { digest } of images) {
      expect(await manifests.stat(MIRRORED, digest)).toBeDefined();
    }
    expect(most).toBe(1);
  });

  it('are refused at once if too many bytes wait', async () => {
    const large = new LargeManifests(10_000);
    let end = (): void => undefined;
    const going = new Promise<void>((resolve) => (end = resolve));
    const run = (): Promise<void> => large.run(4 * MIB, () => going);
    const waiting = Array.from({ length: 4 }, run);

    await expect(run()).rejects.toMatchObject({ kind: 'too-many-requests' });
    end();
    await Promise.all(waiting);
    await run();
  });

  it('are read from the storage once they are there, so that slow clients do not keep them in memory', async () => {
    const layer = uniqueBytes(10);
    await pushBlob(bench.other.storage, REMOTE, layer);
    const { bytes, config, digest } = buildImage(Array.from({ length: 2_500 }, () => layer));
    await pushBlob(bench.other.storage, REMOTE, config);
    await publish(bench.other.storage, REMOTE, bytes, { tags: ['3'] });
    const { manifests } = bench.storage;
    let opened = 0;
    const open = manifests.open.bind(manifests);
    manifests.open = async (...args) => {
      const found = await open(...args);
      if (found !== undefined) opened += 1;
      return found;
    };

    expect(await bench.pull('3')).toBe(`${digest}`);

    expect(opened).toBe(1);
  });

  it('are refused if their turn does not come in time, and small ones are not', async () => {
    const large = new LargeManifests(10);
    let end = (): void => undefined;
    const first = large.run(MIB, () => new Promise<void>((resolve) => (end = resolve)));

    await expect(large.run(MIB, () => Promise.resolve())).rejects.toMatchObject({
      kind: 'too-many-requests',
    });
    expect(await large.run(10, () => Promise.resolve('small'))).toBe('small');

    end();
    await first;
    expect(await large.run(100 * MIB, () => Promise.resolve('large'))).toBe('large');
  });
});
