import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from '../../domain/media-type.js';
import { type OpenManifest } from '../ports/manifest-store.js';
import {
  buildImage,
  buildIndex,
  buildManifest,
  collect,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  readAll,
  repo,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { manifestPublishContract } from './manifest-publish.js';
import { manifestRemovalContract } from './manifest-removal.js';
import { manifestRequirementsContract } from './manifest-requirements.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function manifestStoreContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe } = runner;
  const subject = storagePerTest(runner, factory);

  describe('stat, read and open', () => readContract(runner, subject));
  describe('publish', () => manifestPublishContract(runner, subject));
  describe('publish of a manifest whose content is missing', () =>
    manifestRequirementsContract(runner, subject));
  describe('remove', () => removeContract(runner, subject));
  describe('remove of a manifest that may be listed', () =>
    manifestRemovalContract(runner, subject));
  describe('digests', () => digestsContract(runner, subject));
}

function readContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  for (const mediaType of [OCI_IMAGE, OCI_INDEX, DOCKER_IMAGE, DOCKER_LIST]) {
    it(`return the size and type of a manifest of type ${mediaType}`, async () => {
      const { bytes, digest } = buildManifest({
        schemaVersion: 2,
        mediaType,
        ...contentOf(mediaType),
      });
      await publish(subject.storage, HOME, bytes, { sparse: 'all' });

      const size = bytes.byteLength;
      assert.deepEqual(await subject.storage.manifests.stat(HOME, digest), { mediaType, size });
      assert.equal((await subject.storage.manifests.read(HOME, digest))?.mediaType, mediaType);
    });
  }

  for (const { content, json, mediaType } of [
    { content: 'a config', json: contentOf(OCI_IMAGE), mediaType: OCI_IMAGE },
    { content: 'manifests', json: { manifests: [] }, mediaType: OCI_INDEX },
  ]) {
    it(`infer the type of a manifest without mediaType from ${content}`, async () => {
      const { bytes, digest } = buildManifest({ schemaVersion: 2, ...json });
      await publish(subject.storage, HOME, bytes, { sparse: 'all' });

      const size = bytes.byteLength;
      assert.deepEqual(await subject.storage.manifests.stat(HOME, digest), { mediaType, size });
      assert.equal((await subject.storage.manifests.read(HOME, digest))?.mediaType, mediaType);
    });
  }

  it('return undefined for a manifest that the repository does not have, even if another has it', async () => {
    const { bytes, digest } = buildIndex();
    await publish(subject.storage, HOME, bytes);

    assert.equal(await subject.storage.manifests.stat(OTHER, digest), undefined);
    assert.equal(await subject.storage.manifests.read(OTHER, digest), undefined);
    assert.equal(await subject.storage.manifests.open(OTHER, digest), undefined);
    const unknown = Digest.of(uniqueBytes(10));
    assert.equal(await subject.storage.manifests.stat(HOME, unknown), undefined);
    assert.equal(await subject.storage.manifests.read(HOME, unknown), undefined);
  });

  it('keep an open manifest readable to its end, even if it is removed meanwhile', async () => {
    const { bytes, digest } = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      annotations: { large: uniqueBytes(1024 * 1024).toString('hex') },
    });
    await publish(subject.storage, HOME, bytes);

    const open = await subject.storage.manifests.open(HOME, digest);
    await subject.storage.manifests.remove(HOME, digest);
    assert.equal(open?.mediaType, OCI_INDEX);
    assert.equal((await readContent(open)).equals(bytes), true);
    assert.equal(await subject.storage.manifests.open(HOME, digest), undefined);
  });

  it('return undefined for a blob', async () => {
    const bytes = buildIndex().bytes;
    const digest = await pushBlob(subject.storage, HOME, bytes);

    assert.equal(await subject.storage.manifests.stat(HOME, digest), undefined);
    assert.equal(await subject.storage.manifests.read(HOME, digest), undefined);
  });
}

function removeContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('returns whether the manifest existed', async () => {
    const { digest } = await pushImage(subject.storage, HOME);

    assert.equal(await subject.storage.manifests.remove(OTHER, digest), undefined);
    assert.deepEqual(await subject.storage.manifests.remove(HOME, digest), { tags: [] });
    assert.equal(await subject.storage.manifests.remove(HOME, digest), undefined);
  });

  it('removes the manifest', async () => {
    const { digest } = await pushImage(subject.storage, HOME);

    await subject.storage.manifests.remove(HOME, digest);

    assert.equal(await subject.storage.manifests.stat(HOME, digest), undefined);
    assert.equal(await subject.storage.manifests.read(HOME, digest), undefined);
    assert.deepEqual(await collect(subject.storage.manifests.digests(HOME)), []);
  });

  it('removes the tags that point to the manifest', async () => {
    const { digest } = await pushImage(subject.storage, HOME, { tags: ['v1', 'V1', 'latest'] });

    await subject.storage.manifests.remove(HOME, digest);

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), []);
    assert.equal(await subject.storage.tags.resolve(HOME, tag('latest')), undefined);
  });

  it('keeps the tags that point to other manifests now', async () => {
    const first = await pushImage(subject.storage, HOME, { tags: ['v1', 'latest'] });
    const second = await pushImage(subject.storage, HOME, { tags: ['v2', 'latest'] });

    await subject.storage.manifests.remove(HOME, first.digest);

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['latest', 'v2']);
    const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
    assert.equal(resolved?.digest.toString(), second.digest.toString());
  });

  it('removes the referrer entry of the manifest and no other', async () => {
    const image = await pushImage(subject.storage, HOME);
    const gone = await pushArtifact(subject.storage, HOME, image.descriptor);
    const kept = await pushArtifact(subject.storage, HOME, image.descriptor);

    await subject.storage.manifests.remove(HOME, gone.digest);

    const referrers = await collect(subject.storage.manifests.referrers(HOME, image.digest));
    assert.deepEqual(
      referrers.map(({ digest }) => digest.toString()),
      [kept.digest.toString()],
    );
  });

  it('keeps the referrers of the manifest, and their entries', async () => {
    const image = await pushImage(subject.storage, HOME);
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);

    await subject.storage.manifests.remove(HOME, image.digest);

    assert.notEqual(await subject.storage.manifests.stat(HOME, artifact.digest), undefined);
    assert.equal(
      (await collect(subject.storage.manifests.referrers(HOME, image.digest))).length,
      1,
    );
  });

  it('keeps the blobs that the manifest names', async () => {
    const image = await pushImage(subject.storage, HOME);

    await subject.storage.manifests.remove(HOME, image.digest);

    assert.notEqual(await subject.storage.blobs.stat(HOME, Digest.of(image.config)), undefined);
  });
}

function digestsContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('lists the digest of each manifest once, tagged or not', async () => {
    const tagged = await pushImage(subject.storage, HOME, { tags: ['v1', 'v2'] });
    const untagged = buildIndex();
    await publish(subject.storage, HOME, untagged.bytes);
    const sha512 = await publish(subject.storage, HOME, untagged.bytes, { algorithm: 'sha512' });
    await pushImage(subject.storage, OTHER);

    const digests = await collect(subject.storage.manifests.digests(HOME));

    const expected = [tagged.digest, untagged.digest, sha512].map(String);
    assert.deepEqual(digests.map(String).sort(), expected.sort());
  });

  it('is empty for a repository that does not exist', async () => {
    assert.deepEqual(await collect(subject.storage.manifests.digests(HOME)), []);
  });
}

function contentOf(mediaType: string): Readonly<Record<string, unknown>> {
  const { config } = JSON.parse(buildImage().bytes.toString()) as { config: unknown };
  return [OCI_IMAGE, DOCKER_IMAGE].map(String).includes(mediaType)
    ? { config, layers: [] }
    : { manifests: [] };
}

async function readContent({ content }: OpenManifest): Promise<Buffer> {
  if (!('close' in content)) return Buffer.from(content);
  const bytes = await readAll(content.read({ start: 0, end: content.size - 1 }));
  await content.close();
  return bytes;
}
