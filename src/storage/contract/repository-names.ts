import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { collect, pushArtifact, pushImage, readBlob, repo, tag, uniqueBytes } from './fixtures.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

/** Names that a store with directories may refuse, or confuse with each other or with its own names. */
const NAMES = [
  'a',
  'a/b',
  'a/tags/list',
  'a/manifests/latest',
  'a-b',
  'a.b',
  'a_b',
  'a__b',
  'blobs',
  'blobs/uploads',
  'blobs/sha256',
  'uploads',
  'repositories',
  'manifests',
  'tags',
  'referrers',
  'pending',
  'trash',
  'format',
  'constructor',
  '0'.repeat(255),
  `${'a/'.repeat(127)}a`,
  `${'x'.repeat(127)}/${'y'.repeat(127)}`,
];

export function repositoryNamesContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  for (const text of NAMES) {
    it(`keeps an image, a tag and a referrer in ${text}`, async () => {
      const name = repo(text);
      const layer = uniqueBytes(2_000);

      const image = await pushImage(subject.storage, name, { layers: [layer], tags: ['latest'] });
      const artifact = await pushArtifact(subject.storage, name, image.descriptor);

      const resolved = await subject.storage.tags.resolve(name, tag('latest'));
      assert.deepEqual(resolved?.digest, image.digest);
      assert.equal((await readBlob(subject.storage, name, Digest.of(layer)))?.equals(layer), true);
      const referrers = await collect(subject.storage.manifests.referrers(name, image.digest));
      assert.deepEqual(
        referrers.map(({ digest }) => digest),
        [artifact.digest],
      );
      assert.deepEqual(await collect(subject.storage.catalog.list()), [name]);
    });
  }

  it('keeps repositories with all these names apart in one storage', async () => {
    const digests = new Map<RepositoryName, Digest>();
    for (const name of NAMES.map(repo)) {
      digests.set(name, (await pushImage(subject.storage, name, { tags: ['latest'] })).digest);
    }

    assert.deepEqual(await collect(subject.storage.catalog.list()), NAMES.toSorted());
    for (const [name, digest] of digests) await assertOnly(subject, name, digest);
  });
}

async function assertOnly(
  { storage }: StorageOfTest,
  name: RepositoryName,
  digest: Digest,
): Promise<void> {
  assert.deepEqual((await collect(storage.manifests.digests(name))).map(String), [`${digest}`]);
  assert.deepEqual(await collect(storage.tags.list(name)), ['latest']);
}
