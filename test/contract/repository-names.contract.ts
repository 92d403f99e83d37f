import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { type RepositoryName } from '../../src/domain/repository-name.js';
import {
  collect,
  pushArtifact,
  pushImage,
  readBlob,
  repo,
  tag,
  uniqueBytes,
} from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

/** Names that a store which thinks of directories may confuse with each other, with its own names, or refuse. */
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

export function repositoryNamesContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  it.each(NAMES)('keeps an image, a tag and a referrer in %s', async (text) => {
    const name = repo(text);
    const layer = uniqueBytes(2_000);

    const image = await pushImage(subject.storage, name, { layers: [layer], tags: ['latest'] });
    const artifact = await pushArtifact(subject.storage, name, image.descriptor);

    expect(await subject.storage.tags.resolve(name, tag('latest'))).toMatchObject({
      digest: image.digest,
    });
    expect((await readBlob(subject.storage, name, Digest.of(layer)))?.equals(layer)).toBe(true);
    expect(await collect(subject.storage.manifests.referrers(name, image.digest))).toMatchObject([
      { digest: artifact.digest },
    ]);
    expect(await collect(subject.storage.catalog.list())).toEqual([name]);
  });

  it('keeps all of them apart in one storage', async () => {
    const digests = new Map<RepositoryName, Digest>();
    for (const name of NAMES.map(repo)) {
      digests.set(name, (await pushImage(subject.storage, name, { tags: ['latest'] })).digest);
    }

    expect(await collect(subject.storage.catalog.list())).toEqual(NAMES.toSorted());
    for (const [name, digest] of digests) await expectOnly(subject, name, digest);
  });
}

async function expectOnly(
  { storage }: Subject,
  name: RepositoryName,
  digest: Digest,
): Promise<void> {
  expect((await collect(storage.manifests.digests(name))).map(String)).toEqual([`${digest}`]);
  expect(await collect(storage.tags.list(name))).toEqual(['latest']);
}
