import assert from 'node:assert/strict';

import { type RepositoryName } from '../../domain/repository-name.js';
import { buildIndex, collect, publish, pushBlob, repo, uniqueBytes } from './fixtures.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function repositoryCatalogContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe, it } = runner;
  const subject = storagePerTest(runner, factory);

  describe('has', () => {
    it('returns true after the first manifest was published, tagged or not', async () => {
      assert.equal(await subject.storage.catalog.has(HOME), false);

      await publish(subject.storage, HOME, buildIndex().bytes);

      assert.equal(await subject.storage.catalog.has(HOME), true);
    });

    it('returns false for a repository that has only blobs', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.blobs.link(OTHER, digest, HOME);

      assert.equal(await subject.storage.catalog.has(HOME), false);
      assert.equal(await subject.storage.catalog.has(OTHER), false);
    });

    it('returns false for the parents and children of a repository', async () => {
      await publish(subject.storage, HOME, buildIndex().bytes);

      assert.equal(await subject.storage.catalog.has(repo('team')), false);
      assert.equal(await subject.storage.catalog.has(repo('team/app/sub')), false);
    });

    it('still returns true after the last manifest was removed', async () => {
      const { bytes, digest } = buildIndex();
      await publish(subject.storage, HOME, bytes, { tags: ['v1'] });

      await subject.storage.manifests.remove(HOME, digest);

      assert.equal(await subject.storage.catalog.has(HOME), true);
      assert.deepEqual(await collect(subject.storage.catalog.list()), [HOME]);
    });
  });

  describe('list', () => {
    it('is empty at first, and if there are only blobs and uploads', async () => {
      await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.uploads.begin(OTHER, 'sha256');

      assert.deepEqual(await collect(subject.storage.catalog.list()), []);
    });

    it('is in byte order for names with any separators', async () => {
      const sorted = ['a', 'a-b', 'a--b', 'a.b', 'a/b', 'a/b/c', 'a0', 'a_b', 'a__b', 'ab', 'b'];
      await publishInto(subject, sorted.toReversed());

      assert.deepEqual(await collect(subject.storage.catalog.list()), sorted.sort());
    });

    for (const { after, expected } of [
      { after: '', expected: ['a', 'a-b', 'a.b', 'a/b', 'a_b', 'ab'] },
      { after: 'a', expected: ['a-b', 'a.b', 'a/b', 'a_b', 'ab'] },
      { after: 'a-', expected: ['a-b', 'a.b', 'a/b', 'a_b', 'ab'] },
      { after: 'a-b', expected: ['a.b', 'a/b', 'a_b', 'ab'] },
      { after: 'a.b', expected: ['a/b', 'a_b', 'ab'] },
      { after: 'a/a', expected: ['a/b', 'a_b', 'ab'] },
      { after: 'a/b', expected: ['a_b', 'ab'] },
      { after: 'A/../~', expected: ['a', 'a-b', 'a.b', 'a/b', 'a_b', 'ab'] },
      { after: 'ab', expected: [] },
      { after: '~', expected: [] },
    ]) {
      it(`begins after "${after}", which need not be a repository`, async () => {
        await publishInto(subject, ['ab', 'a_b', 'a/b', 'a.b', 'a-b', 'a']);

        assert.deepEqual(await collect(subject.storage.catalog.list(after)), expected);
      });
    }

    it('lists each repository once, also with several manifests', async () => {
      await publishInto(subject, ['a', 'a', 'b', 'a']);

      assert.deepEqual(await collect(subject.storage.catalog.list()), ['a', 'b']);
    });
  });
}

async function publishInto({ storage }: StorageOfTest, names: readonly string[]): Promise<void> {
  for (const name of names.map((text): RepositoryName => repo(text))) {
    await publish(storage, name, buildIndex().bytes);
  }
}
