import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  buildIndex,
  collect,
  publish,
  pushImage,
  tag,
} from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';

describe('the fetch of an image', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  it('fetches each manifest once, however often indexes name it', async () => {
    const { storage } = bench.other;
    let { descriptor, digest } = await pushImage(storage, REMOTE);
    for (let level = 0; level < 4; level++) {
      const index = buildIndex(Array.from({ length: 20 }, () => descriptor));
      ({ descriptor } = index);
      digest = await publish(storage, REMOTE, index.bytes, { tags: level === 3 ? ['3'] : [] });
    }

    const { signal } = new AbortController();
    const wanted = { platforms: [], signal };
    const parts = await collect(bench.ports.images.store(MIRRORED, tag('3'), wanted));

    expect(new Set(parts.map((part) => `${part.digest}`)).size).toBe(5);
    expect(parts).toHaveLength(5);
    expect((await bench.stored())?.digest).toEqual(digest);
  });
});
