import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RegistryError } from '../../../../src/domain/errors.js';
import { pushImage } from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';

const DAY = 86_400_000;

describe('a mirror whose storage is full', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    // Each confirmation of a tag is written, because the last one is older than a part of no time.
    bench = await MirrorBench.open('memory', { freshMs: 0, staleMs: 0 });
  });
  afterEach(() => bench.close());

  function fill(): void {
    bench.storage.manifests.publish = () =>
      Promise.reject(new RegistryError('storage-full', 'the storage takes no more data'));
  }

  it('passes on manifests that it cannot store', async () => {
    const { digest } = await pushImage(bench.other.storage, REMOTE, { tags: ['3'] });
    fill();

    expect(await bench.pull('3')).toBe(`${digest}`);
  });

  it('serves a stored tag that the upstream confirms', async () => {
    const { digest } = await pushImage(bench.other.storage, REMOTE, { tags: ['3'] });
    await bench.pull('3');
    fill();
    bench.now += DAY;

    expect(await bench.pull('3')).toBe(`${digest}`);
    expect(await bench.storage.manifests.stat(MIRRORED, digest)).toBeDefined();
  });
});
