import { beforeEach, describe, expect, it } from '@jest/globals';

import {
  holdersOf,
  holdersOfAll,
  referrerTree,
  type ReferrerNode,
} from '../../../../src/inspect/manifests/manifest-relations.js';
import {
  buildIndex,
  publish,
  pushArtifact,
  pushImage,
  repo,
} from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';

const HOME = repo('team/app');

describe('the relations of a manifest', () => {
  let storage: Storage;
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 100_000_000 });
  });

  it('are its referrers and their referrers, named for what they are', async () => {
    const { digest, descriptor } = await pushImage(storage, HOME);
    const signature = { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' };
    const sbom = await pushArtifact(storage, HOME, descriptor, { artifactType: 'text/spdx+json' });
    await pushArtifact(storage, HOME, sbom.descriptor, signature);

    const { referrers, more } = await referrerTree(storage, HOME, digest);

    expect(more).toBe(false);
    expect(referrers).toMatchObject([{ purpose: 'sbom', referrers: [{ purpose: 'signature' }] }]);
  });

  it('are at most 200 referrers', async () => {
    const { digest, descriptor } = await pushImage(storage, HOME);
    for (let count = 0; count < 201; count++) await pushArtifact(storage, HOME, descriptor);

    const { referrers, more } = await referrerTree(storage, HOME, digest);

    expect([referrers.length, more]).toEqual([200, true]);
  });

  it('are at most 4 levels of referrers, and every referrer of a higher level', async () => {
    const { digest, descriptor } = await pushImage(storage, HOME);
    for (let chain = 0; chain < 3; chain++) {
      let below = descriptor;
      for (let level = 0; level < 6; level++) {
        below = (await pushArtifact(storage, HOME, below)).descriptor;
      }
    }

    const { referrers, more } = await referrerTree(storage, HOME, digest);

    expect(more).toBe(true);
    expect(referrers.map(depthOf)).toEqual([4, 4, 4]);
  });

  it('are the tags that point to it and the indexes that list it, in order', async () => {
    const image = await pushImage(storage, HOME, { tags: ['b', 'a'] });
    const { bytes, digest } = buildIndex([image.descriptor]);
    await publish(storage, HOME, bytes, { tags: ['multi'] });

    expect(await holdersOf(storage, HOME, image.digest)).toEqual({
      tags: ['a', 'b'],
      indexes: [digest],
      more: false,
    });
  });

  it('are at most 1,000 tags and indexes', async () => {
    const tags = Array.from({ length: 1_001 }, (_, number) => `tag-${number}`);
    const { bytes, digest } = buildIndex();
    await publish(storage, HOME, bytes, { tags });

    const holders = await holdersOf(storage, HOME, digest);

    expect([holders.tags.length, holders.more]).toEqual([1_000, true]);
  });

  it('are at most 1,000 tags and indexes of each of several manifests', async () => {
    const tags = Array.from({ length: 1_001 }, (_, number) => `tag-${number}`);
    const many = await pushImage(storage, HOME, { tags });
    const few = await pushImage(storage, HOME, { tags: ['z', 'y'] });
    const none = await pushImage(storage, HOME);

    const holders = await holdersOfAll(storage, HOME, [many.digest, few.digest, none.digest]);

    const { tags: found, more } = holders.of(many.digest);
    expect([found.length, more]).toEqual([1_000, true]);
    expect(holders.of(few.digest)).toEqual({ tags: ['y', 'z'], indexes: [], more: false });
    expect(holders.of(none.digest)).toEqual({ tags: [], indexes: [], more: false });
  });
});

function depthOf({ referrers }: ReferrerNode): number {
  return 1 + Math.max(0, ...referrers.map(depthOf));
}
