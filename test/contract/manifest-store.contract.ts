import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from '../../src/domain/media-type.js';
import { type OpenManifest } from '../../src/storage/ports/manifest-store.js';
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
} from '../support/fixtures.js';
import { manifestPublishContract } from './manifest-publish.contract.js';
import { manifestRequirementsContract } from './manifest-requirements.contract.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function manifestStoreContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('stat, read and open', () => readContract(subject));
  describe('publish', () => manifestPublishContract(subject));
  describe('publish of a manifest whose content is missing', () =>
    manifestRequirementsContract(subject));
  describe('remove', () => removeContract(subject));
  describe('digests', () => digestsContract(subject));
}

function readContract(subject: Subject): void {
  it.each([OCI_IMAGE, OCI_INDEX, DOCKER_IMAGE, DOCKER_LIST])(
    'answer the size and type of a manifest of type %s',
    async (mediaType) => {
      const { bytes, digest } = buildManifest({
        schemaVersion: 2,
        mediaType,
        ...contentOf(mediaType),
      });
      await publish(subject.storage, HOME, bytes, { sparse: 'all' });

      const size = bytes.byteLength;
      expect(await subject.storage.manifests.stat(HOME, digest)).toEqual({ mediaType, size });
      expect((await subject.storage.manifests.read(HOME, digest))?.mediaType).toBe(mediaType);
    },
  );

  it.each([
    { content: 'a config', json: contentOf(OCI_IMAGE), mediaType: OCI_IMAGE },
    { content: 'manifests', json: { manifests: [] }, mediaType: OCI_INDEX },
  ])('tell a manifest without mediaType by $content', async ({ json, mediaType }) => {
    const { bytes, digest } = buildManifest({ schemaVersion: 2, ...json });
    await publish(subject.storage, HOME, bytes, { sparse: 'all' });

    const size = bytes.byteLength;
    expect(await subject.storage.manifests.stat(HOME, digest)).toEqual({ mediaType, size });
    expect((await subject.storage.manifests.read(HOME, digest))?.mediaType).toBe(mediaType);
  });

  it('answer undefined for a manifest that the repository has not got, whoever else has', async () => {
    const { bytes, digest } = buildIndex();
    await publish(subject.storage, HOME, bytes);

    expect(await subject.storage.manifests.stat(OTHER, digest)).toBeUndefined();
    expect(await subject.storage.manifests.read(OTHER, digest)).toBeUndefined();
    expect(await subject.storage.manifests.open(OTHER, digest)).toBeUndefined();
    const unknown = Digest.of(uniqueBytes(10));
    expect(await subject.storage.manifests.stat(HOME, unknown)).toBeUndefined();
    expect(await subject.storage.manifests.read(HOME, unknown)).toBeUndefined();
  });

  it('open a manifest, which can be read to its end, also when it is removed meanwhile', async () => {
    const { bytes, digest } = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      annotations: { large: uniqueBytes(1024 * 1024).toString('hex') },
    });
    await publish(subject.storage, HOME, bytes);

    const open = await subject.storage.manifests.open(HOME, digest);
    await subject.storage.manifests.remove(HOME, digest);
    expect(open?.mediaType).toBe(OCI_INDEX);
    expect(open && (await readContent(open)).equals(bytes)).toBe(true);
    expect(await subject.storage.manifests.open(HOME, digest)).toBeUndefined();
  });

  it('know no blob for a manifest', async () => {
    const bytes = buildIndex().bytes;
    const digest = await pushBlob(subject.storage, HOME, bytes);

    expect(await subject.storage.manifests.stat(HOME, digest)).toBeUndefined();
    expect(await subject.storage.manifests.read(HOME, digest)).toBeUndefined();
  });
}

function removeContract(subject: Subject): void {
  it('answers whether the manifest was there', async () => {
    const { digest } = await pushImage(subject.storage, HOME);

    expect(await subject.storage.manifests.remove(OTHER, digest)).toBe(false);
    expect(await subject.storage.manifests.remove(HOME, digest)).toBe(true);
    expect(await subject.storage.manifests.remove(HOME, digest)).toBe(false);
  });

  it('takes the manifest', async () => {
    const { digest } = await pushImage(subject.storage, HOME);

    await subject.storage.manifests.remove(HOME, digest);

    expect(await subject.storage.manifests.stat(HOME, digest)).toBeUndefined();
    expect(await subject.storage.manifests.read(HOME, digest)).toBeUndefined();
    expect(await collect(subject.storage.manifests.digests(HOME))).toEqual([]);
  });

  it('takes the tags that point to it', async () => {
    const { digest } = await pushImage(subject.storage, HOME, { tags: ['v1', 'V1', 'latest'] });

    await subject.storage.manifests.remove(HOME, digest);

    expect(await collect(subject.storage.tags.list(HOME))).toEqual([]);
    expect(await subject.storage.tags.resolve(HOME, tag('latest'))).toBeUndefined();
  });

  it('leaves the tags that have moved on, and those of other manifests', async () => {
    const first = await pushImage(subject.storage, HOME, { tags: ['v1', 'latest'] });
    const second = await pushImage(subject.storage, HOME, { tags: ['v2', 'latest'] });

    await subject.storage.manifests.remove(HOME, first.digest);

    expect(await collect(subject.storage.tags.list(HOME))).toEqual(['latest', 'v2']);
    const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
    expect(resolved?.digest.toString()).toBe(second.digest.toString());
  });

  it('takes its entry among the referrers of its subject, and no other', async () => {
    const image = await pushImage(subject.storage, HOME);
    const gone = await pushArtifact(subject.storage, HOME, image.descriptor);
    const kept = await pushArtifact(subject.storage, HOME, image.descriptor);

    await subject.storage.manifests.remove(HOME, gone.digest);

    const referrers = await collect(subject.storage.manifests.referrers(HOME, image.digest));
    expect(referrers.map(({ digest }) => digest.toString())).toEqual([kept.digest.toString()]);
  });

  it('leaves the manifests that refer to it, and their entries', async () => {
    const image = await pushImage(subject.storage, HOME);
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);

    await subject.storage.manifests.remove(HOME, image.digest);

    expect(await subject.storage.manifests.stat(HOME, artifact.digest)).toBeDefined();
    expect(await collect(subject.storage.manifests.referrers(HOME, image.digest))).toHaveLength(1);
  });

  it('leaves the blobs that it named', async () => {
    const image = await pushImage(subject.storage, HOME);

    await subject.storage.manifests.remove(HOME, image.digest);

    expect(await subject.storage.blobs.stat(HOME, Digest.of(image.config))).toBeDefined();
  });
}

function digestsContract(subject: Subject): void {
  it('lists the digest of each manifest once, tagged or not', async () => {
    const tagged = await pushImage(subject.storage, HOME, { tags: ['v1', 'v2'] });
    const untagged = buildIndex();
    await publish(subject.storage, HOME, untagged.bytes);
    const sha512 = await publish(subject.storage, HOME, untagged.bytes, { algorithm: 'sha512' });
    await pushImage(subject.storage, OTHER);

    const digests = await collect(subject.storage.manifests.digests(HOME));

    const expected = [tagged.digest, untagged.digest, sha512].map(String);
    expect(digests.map(String).sort()).toEqual(expected.sort());
  });

  it('is empty for a repository that does not exist', async () => {
    expect(await collect(subject.storage.manifests.digests(HOME))).toEqual([]);
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
