import { describe, expect, it } from '@jest/globals';

import { type RepositoryName } from '../../src/domain/repository-name.js';
import { buildIndex, collect, publish, pushBlob, repo, uniqueBytes } from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function repositoryCatalogContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('has', () => {
    it('knows a repository from its first manifest on, tagged or not', async () => {
      expect(await subject.storage.catalog.has(HOME)).toBe(false);

      await publish(subject.storage, HOME, buildIndex().bytes);

      expect(await subject.storage.catalog.has(HOME)).toBe(true);
    });

    it('knows no repository that has blobs alone', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.blobs.link(OTHER, digest, HOME);

      expect(await subject.storage.catalog.has(HOME)).toBe(false);
      expect(await subject.storage.catalog.has(OTHER)).toBe(false);
    });

    it('knows no repository above or below one that exists', async () => {
      await publish(subject.storage, HOME, buildIndex().bytes);

      expect(await subject.storage.catalog.has(repo('team'))).toBe(false);
      expect(await subject.storage.catalog.has(repo('team/app/sub'))).toBe(false);
    });

    it('still knows a repository whose last manifest was removed', async () => {
      const { bytes, digest } = buildIndex();
      await publish(subject.storage, HOME, bytes, { tags: ['v1'] });

      await subject.storage.manifests.remove(HOME, digest);

      expect(await subject.storage.catalog.has(HOME)).toBe(true);
      expect(await collect(subject.storage.catalog.list())).toEqual([HOME]);
    });
  });

  describe('list', () => {
    it('is empty at first, and with blobs and uploads alone', async () => {
      await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.uploads.begin(OTHER, 'sha256');

      expect(await collect(subject.storage.catalog.list())).toEqual([]);
    });

    it('is in byte order, whatever separates the parts of the names', async () => {
      const sorted = ['a', 'a-b', 'a--b', 'a.b', 'a/b', 'a/b/c', 'a0', 'a_b', 'a__b', 'ab', 'b'];
      await publishInto(subject, sorted.toReversed());

      expect(await collect(subject.storage.catalog.list())).toEqual(sorted.sort());
    });

    it.each([
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
    ])('goes on after "$after", be it a repository or not', async ({ after, expected }) => {
      await publishInto(subject, ['ab', 'a_b', 'a/b', 'a.b', 'a-b', 'a']);

      expect(await collect(subject.storage.catalog.list(after))).toEqual(expected);
    });

    it('lists each repository once, however many manifests it has', async () => {
      await publishInto(subject, ['a', 'a', 'b', 'a']);

      expect(await collect(subject.storage.catalog.list())).toEqual(['a', 'b']);
    });
  });
}

async function publishInto({ storage }: Subject, names: readonly string[]): Promise<void> {
  for (const name of names.map((text): RepositoryName => repo(text))) {
    await publish(storage, name, buildIndex().bytes);
  }
}
