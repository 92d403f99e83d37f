import { expect, it } from '@jest/globals';

import { type Descriptor } from '../../src/domain/descriptor.js';
import { Digest } from '../../src/domain/digest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../src/domain/media-type.js';
import { type RepositoryName } from '../../src/domain/repository-name.js';
import {
  buildIndex,
  buildManifest,
  collect,
  publish,
  pushArtifact,
  pushImage,
  repo,
  uniqueBytes,
} from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const SBOM = 'application/spdx+json';

export function referrersContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  it('lists nothing for a manifest without referrers, nor for one that is not there', async () => {
    const image = await pushImage(subject.storage, HOME);

    expect(await referrersOf(subject, image.digest)).toEqual([]);
    expect(await referrersOf(subject, Digest.of(uniqueBytes(5)))).toEqual([]);
    expect(await referrersOf(subject, image.digest, OTHER)).toEqual([]);
  });

  it('describes an artifact by type, digest, size, artifactType and annotations', async () => {
    const image = await pushImage(subject.storage, HOME);
    const annotations = { 'org.example.a': 'A', empty: '', text: 'é "quoted"\n' };
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor, {
      artifactType: SBOM,
      annotations,
    });

    expect(await referrersOf(subject, image.digest)).toEqual([
      {
        mediaType: OCI_IMAGE,
        digest: artifact.digest,
        size: artifact.bytes.byteLength,
        artifactType: SBOM,
        annotations,
      },
    ]);
  });

  it('takes the type of the config where there is no artifactType', async () => {
    const image = await pushImage(subject.storage, HOME);
    await pushArtifact(subject.storage, HOME, image.descriptor, { configType: 'application/x' });

    const [referrer] = await referrersOf(subject, image.digest);

    expect(referrer?.artifactType).toBe('application/x');
  });

  it('says no artifactType and no annotations of an index that has none', async () => {
    const image = await pushImage(subject.storage, HOME);
    const index = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [],
      subject: image.descriptor,
    });
    await publish(subject.storage, HOME, index.bytes);

    const [referrer] = await referrersOf(subject, image.digest);

    expect(referrer).toEqual({
      mediaType: OCI_INDEX,
      digest: index.digest,
      size: index.bytes.byteLength,
    });
    expect(Object.keys(referrer ?? {}).sort()).toEqual(['digest', 'mediaType', 'size']);
  });

  it('lists a referrer whose subject is not there, and still after the subject has come', async () => {
    const image = buildIndex();
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);
    expect(await digestsOf(subject, image.digest)).toEqual([`${artifact.digest}`]);

    await publish(subject.storage, HOME, image.bytes);

    expect(await digestsOf(subject, image.digest)).toEqual([`${artifact.digest}`]);
  });

  it('lists the referrers of the repository only', async () => {
    const image = buildIndex();
    const here = await pushArtifact(subject.storage, HOME, image.descriptor);
    const there = await pushArtifact(subject.storage, OTHER, image.descriptor);

    expect(await digestsOf(subject, image.digest)).toEqual([`${here.digest}`]);
    expect(await referrersOf(subject, image.digest, OTHER)).toMatchObject([
      { digest: there.digest },
    ]);
  });

  it('lists a manifest once, however often it is published', async () => {
    const image = buildIndex();
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);
    await publish(subject.storage, HOME, artifact.bytes, { sparse: 'all', tags: ['again'] });

    expect(await digestsOf(subject, image.digest)).toEqual([`${artifact.digest}`]);
  });

  it('lists a manifest under each digest that it was published with', async () => {
    const image = buildIndex();
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);
    const sha512 = await publish(subject.storage, HOME, artifact.bytes, {
      algorithm: 'sha512',
      sparse: 'all',
    });

    expect(await digestsOf(subject, image.digest)).toEqual([`${artifact.digest}`, `${sha512}`]);
  });

  it('keeps the referrers of the sha256 and of the sha512 digest of one subject apart', async () => {
    const image = buildIndex();
    const sha512 = Digest.of(image.bytes, 'sha512');
    const artifact = await pushArtifact(subject.storage, HOME, {
      ...image.descriptor,
      digest: sha512.toString(),
    });

    expect(await digestsOf(subject, sha512)).toEqual([`${artifact.digest}`]);
    expect(await referrersOf(subject, image.digest)).toEqual([]);
  });

  it('is in the byte order of the digests', async () => {
    const { image, digests } = await imageWithReferrers(subject, 12);

    expect(await digestsOf(subject, image)).toEqual(digests);
  });

  it('goes on after `after`, which need not be there', async () => {
    const { image, digests } = await imageWithReferrers(subject, 5);
    const [, second, third, fourth, fifth] = digests.map((digest) => Digest.parse(digest));

    expect(await digestsOf(subject, image, second)).toEqual([third, fourth, fifth].map(String));
    expect(await digestsOf(subject, image, fifth)).toEqual([]);
    const beforeAll = Digest.parse(`sha256:${'0'.repeat(64)}`);
    expect(await digestsOf(subject, image, beforeAll)).toEqual(digests);
    if (third !== undefined) await subject.storage.manifests.remove(HOME, third);
    expect(await digestsOf(subject, image, third)).toEqual([fourth, fifth].map(String));
  });
}

function referrersOf(
  { storage }: Subject,
  digest: Digest,
  repository: RepositoryName = HOME,
): Promise<Descriptor[]> {
  return collect(storage.manifests.referrers(repository, digest));
}

async function digestsOf({ storage }: Subject, digest: Digest, after?: Digest): Promise<string[]> {
  const referrers = await collect(storage.manifests.referrers(HOME, digest, after));
  return referrers.map((referrer) => referrer.digest.toString());
}

/** Publishes `count` referrers of one image, and answers their digests sorted. */
async function imageWithReferrers(
  { storage }: Subject,
  count: number,
): Promise<{ image: Digest; digests: string[] }> {
  const image = buildIndex();
  const digests: string[] = [];
  for (let number = 0; number < count; number += 1) {
    digests.push((await pushArtifact(storage, HOME, image.descriptor)).digest.toString());
  }
  return { image: image.digest, digests: digests.sort() };
}
