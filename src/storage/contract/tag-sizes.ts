import assert from 'node:assert/strict';

import { type RepositoryName } from '../../domain/repository-name.js';
import { buildIndex, collect, publish, pushImage, repo, uniqueBytes } from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

const sizeOf = (...all: readonly Uint8Array[]) =>
  all.reduce((sum, bytes) => sum + bytes.byteLength, 0);

/** Declares the tests of the sizes of tags. */
export function tagSizesContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe, it } = runner;
  const subject = storagePerTest(runner, factory);

  describe('sizedTags', () => {
    it('yields each tag with the bytes of all that its manifest names, each content once', async () => {
      const layer = uniqueBytes(500);
      const image = await pushImage(subject.storage, HOME, { tags: ['1.0'], layers: [layer] });
      const other = await pushImage(subject.storage, HOME, { layers: [layer] });
      const index = buildIndex([image.descriptor, other.descriptor, image.descriptor]);
      await publish(subject.storage, HOME, index.bytes, { tags: ['multi'] });

      const single = sizeOf(image.bytes, image.config, layer);
      assert.deepEqual(await sizesIn(HOME), {
        '1.0': single,
        multi: single + sizeOf(other.bytes, other.config, index.bytes),
      });
      assert.deepEqual(await sizesIn(repo('no/such')), {});
    });

    it('leaves out what the repository does not have, also if another one has it', async () => {
      const image = await pushImage(subject.storage, OTHER);
      const index = buildIndex([image.descriptor]);
      await publish(subject.storage, OTHER, index.bytes, { tags: ['multi'] });
      const sparse = { tags: ['multi'], sparse: 'indexes' } as const;
      await publish(subject.storage, HOME, index.bytes, sparse);

      const all = sizeOf(index.bytes, image.bytes, image.config, ...image.layers);
      assert.deepEqual(await sizesIn(OTHER), { multi: all });
      assert.deepEqual(await sizesIn(HOME), { multi: index.bytes.byteLength });
    });

    it('follows a tag that moves, and the removal of a manifest', async () => {
      const small = await pushImage(subject.storage, HOME, { tags: ['latest'] });
      const before = await sizesIn(HOME);
      const layers = [uniqueBytes(5_000)];
      const large = await pushImage(subject.storage, HOME, { tags: ['latest'], layers });
      const moved = await sizesIn(HOME);
      await subject.storage.manifests.remove(HOME, large.digest);

      assert.deepEqual(before, { latest: sizeOf(small.bytes, small.config, ...small.layers) });
      assert.deepEqual(moved, { latest: sizeOf(large.bytes, large.config, ...layers) });
      assert.deepEqual(await sizesIn(HOME), {});
    });
  });

  async function sizesIn(repository: RepositoryName): Promise<Record<string, number>> {
    const tags = await collect(subject.storage.statistics.sizedTags(repository));
    return Object.fromEntries(tags.map(({ tag: name, totalBytes }) => [name, totalBytes]));
  }
}
