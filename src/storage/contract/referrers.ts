import assert from 'node:assert/strict';

import { type Descriptor } from '../../domain/descriptor.js';
import { Digest } from '../../domain/digest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  buildIndex,
  buildManifest,
  collect,
  publish,
  pushArtifact,
  pushImage,
  repo,
  uniqueBytes,
} from './fixtures.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const SBOM = 'application/spdx+json';

export function referrersContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  it('lists nothing for a manifest without referrers, or that does not exist', async () => {
    const image = await pushImage(subject.storage, HOME);

    assert.deepEqual(await referrersOf(subject, image.digest), []);
    assert.deepEqual(await referrersOf(subject, Digest.of(uniqueBytes(5))), []);
    assert.deepEqual(await referrersOf(subject, image.digest, OTHER), []);
  });

  it('describes an artifact by type, digest, size, artifactType and annotations', async () => {
    const image = await pushImage(subject.storage, HOME);
    const annotations = { 'org.example.a': 'A', empty: '', text: 'é "quoted"\n' };
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor, {
      artifactType: SBOM,
      annotations,
    });

    assert.deepEqual(await referrersOf(subject, image.digest), [
      {
        mediaType: OCI_IMAGE,
        digest: artifact.digest,
        size: artifact.bytes.byteLength,
        artifactType: SBOM,
        annotations,
      },
    ]);
  });

  it('uses the media type of the config if artifactType is not set', async () => {
    const image = await pushImage(subject.storage, HOME);
    await pushArtifact(subject.storage, HOME, image.descriptor, { configType: 'application/x' });

    const [referrer] = await referrersOf(subject, image.digest);

    assert.equal(referrer?.artifactType, 'application/x');
  });

  it('has no artifactType and no annotations for an index without them', async () => {
    const image = await pushImage(subject.storage, HOME);
    const index = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [],
      subject: image.descriptor,
    });
    await publish(subject.storage, HOME, index.bytes);

    const [referrer] = await referrersOf(subject, image.digest);

    assert.deepEqual(referrer, {
      mediaType: OCI_INDEX,
      digest: index.digest,
      size: index.bytes.byteLength,
    });
  });

  it('lists a referrer before its subject exists, and after the subject was pushed', async () => {
    const image = buildIndex();
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);
    assert.deepEqual(await digestsOf(subject, image.digest), [`${artifact.digest}`]);

    await publish(subject.storage, HOME, image.bytes);

    assert.deepEqual(await digestsOf(subject, image.digest), [`${artifact.digest}`]);
  });

  it('lists only the referrers of the repository', async () => {
    const image = buildIndex();
    const here = await pushArtifact(subject.storage, HOME, image.descriptor);
    const there = await pushArtifact(subject.storage, OTHER, image.descriptor);

    assert.deepEqual(await digestsOf(subject, image.digest), [`${here.digest}`]);
    const elsewhere = await referrersOf(subject, image.digest, OTHER);
    assert.deepEqual(
      elsewhere.map(({ digest }) => digest),
      [there.digest],
    );
  });

  it('lists a manifest once, even if it is published several times', async () => {
    const image = buildIndex();
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);
    await publish(subject.storage, HOME, artifact.bytes, { sparse: 'all', tags: ['again'] });

    assert.deepEqual(await digestsOf(subject, image.digest), [`${artifact.digest}`]);
  });

  it('lists a manifest under each digest that it was published with', async () => {
    const image = buildIndex();
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);
    const sha512 = await publish(subject.storage, HOME, artifact.bytes, {
      algorithm: 'sha512',
      sparse: 'all',
    });

    assert.deepEqual(await digestsOf(subject, image.digest), [`${artifact.digest}`, `${sha512}`]);
  });

  it('lists different referrers for the sha256 and the sha512 digest of one subject', async () => {
    const image = buildIndex();
    const sha512 = Digest.of(image.bytes, 'sha512');
    const artifact = await pushArtifact(subject.storage, HOME, {
      ...image.descriptor,
      digest: sha512.toString(),
    });

    assert.deepEqual(await digestsOf(subject, sha512), [`${artifact.digest}`]);
    assert.deepEqual(await referrersOf(subject, image.digest), []);
  });

  it('lists referrers in the byte order of their digests', async () => {
    const { image, digests } = await imageWithReferrers(subject, 12);

    assert.deepEqual(await digestsOf(subject, image), digests);
  });

  it('begins after `after`, which need not exist', async () => {
    const { image, digests } = await imageWithReferrers(subject, 5);
    const [, second, third, fourth, fifth] = digests.map((digest) => Digest.parse(digest));

    assert.deepEqual(await digestsOf(subject, image, second), [third, fourth, fifth].map(String));
    assert.deepEqual(await digestsOf(subject, image, fifth), []);
    const beforeAll = Digest.parse(`sha256:${'0'.repeat(64)}`);
    assert.deepEqual(await digestsOf(subject, image, beforeAll), digests);
    if (third !== undefined) await subject.storage.manifests.remove(HOME, third);
    assert.deepEqual(await digestsOf(subject, image, third), [fourth, fifth].map(String));
  });
}

function referrersOf(
  { storage }: StorageOfTest,
  digest: Digest,
  repository: RepositoryName = HOME,
): Promise<Descriptor[]> {
  return collect(storage.manifests.referrers(repository, digest));
}

async function digestsOf(
  { storage }: StorageOfTest,
  digest: Digest,
  after?: Digest,
): Promise<string[]> {
  const referrers = await collect(storage.manifests.referrers(HOME, digest, after));
  return referrers.map((referrer) => referrer.digest.toString());
}

/** Publishes `count` referrers of one image, and resolves to their sorted digests. */
async function imageWithReferrers(
  { storage }: StorageOfTest,
  count: number,
): Promise<{ image: Digest; digests: string[] }> {
  const image = buildIndex();
  const digests: string[] = [];
  for (let number = 0; number < count; number += 1) {
    digests.push((await pushArtifact(storage, HOME, image.descriptor)).digest.toString());
  }
  return { image: image.digest, digests: digests.sort() };
}
