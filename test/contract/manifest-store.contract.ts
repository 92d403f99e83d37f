import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from '../../src/domain/media-type.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  buildManifest,
  collect,
  pause,
  publicationOf,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
  type BuiltManifest,
} from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function manifestStoreContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('stat and read', () => readContract(subject));
  describe('publish', () => publishContract(subject));
  describe('publish of a manifest whose content is missing', () => requirementContract(subject));
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
    const unknown = Digest.of(uniqueBytes(10));
    expect(await subject.storage.manifests.stat(HOME, unknown)).toBeUndefined();
    expect(await subject.storage.manifests.read(HOME, unknown)).toBeUndefined();
  });

  it('know no blob for a manifest', async () => {
    const bytes = buildIndex().bytes;
    const digest = await pushBlob(subject.storage, HOME, bytes);

    expect(await subject.storage.manifests.stat(HOME, digest)).toBeUndefined();
    expect(await subject.storage.manifests.read(HOME, digest)).toBeUndefined();
  });
}

function publishContract(subject: Subject): void {
  it.each([
    { name: 'as it was indented', text: '{\n\t"schemaVersion":   2, "manifests": [ ]\n}\r\n' },
    { name: 'with a field twice', text: '{"schemaVersion":2,"manifests":[],"manifests":null}' },
    { name: 'with unknown fields', text: '{"zebra":{"a":[1.0,1e2]},"schemaVersion":2}' },
    { name: 'with text beyond ASCII', text: '{"schemaVersion":2,"x":"\u00e9 \\u00e9 \u{1f6a2}"}' },
  ])('keeps the bytes unchanged: $name', async ({ text }) => {
    const bytes = Buffer.from(text);
    const digest = await publish(subject.storage, HOME, bytes);

    const stored = await subject.storage.manifests.read(HOME, digest);

    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe(text);
  });

  it('keeps a manifest of 4 MiB', async () => {
    const annotations = { padding: 'x'.repeat(4 * 1024 * 1024 - 200) };
    const { bytes, digest } = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      annotations,
    });

    await publish(subject.storage, HOME, bytes);

    const stored = await subject.storage.manifests.read(HOME, digest);
    expect(bytes.equals(stored?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  it('keeps its own copy: the caller may use the memory again', async () => {
    const { bytes } = buildIndex();
    const text = bytes.toString();
    const digest = await publish(subject.storage, HOME, bytes);

    bytes.fill(0);

    const stored = await subject.storage.manifests.read(HOME, digest);
    expect(Buffer.from(stored?.bytes ?? []).toString()).toBe(text);
  });

  it('makes a manifest known by the digest it was published with, sha512 too', async () => {
    const { bytes, digest: sha256 } = buildIndex();

    const sha512 = await publish(subject.storage, HOME, bytes, { algorithm: 'sha512' });

    expect(sha512.algorithm).toBe('sha512');
    const stored = await subject.storage.manifests.read(HOME, sha512);
    expect(Digest.of(stored?.bytes ?? Buffer.alloc(0), 'sha512').toString()).toBe(`${sha512}`);
    expect(await subject.storage.manifests.stat(HOME, sha256)).toBeUndefined();
  });

  it('sets a tag to the whole digest, sha512 too', async () => {
    const { bytes } = buildIndex();
    const sha512 = await publish(subject.storage, HOME, bytes, {
      algorithm: 'sha512',
      tags: ['x'],
    });

    const resolved = await subject.storage.tags.resolve(HOME, tag('x'));

    expect(resolved?.digest.toString()).toBe(sha512.toString());
  });

  it('sets all tags that it is given', async () => {
    const tags = Array.from({ length: 12 }, (_, number) => `v${number}`);

    const { digest } = await pushImage(subject.storage, HOME, { tags });

    for (const name of tags) {
      const resolved = await subject.storage.tags.resolve(HOME, tag(name));
      expect(resolved?.digest.toString()).toBe(digest.toString());
    }
  });

  it('sets no tag when it is given none', async () => {
    await pushImage(subject.storage, HOME);

    expect(await collect(subject.storage.tags.list(HOME))).toEqual([]);
  });

  it('is success when the same is published again', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });

    await publish(subject.storage, HOME, image.bytes, { tags: ['v1'] });

    expect(await collect(subject.storage.manifests.digests(HOME))).toHaveLength(1);
    expect(await collect(subject.storage.tags.list(HOME))).toEqual(['v1']);
    const stored = await subject.storage.manifests.read(HOME, image.digest);
    expect(image.bytes.equals(stored?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  it('adds tags to those that a manifest has', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });

    await publish(subject.storage, HOME, image.bytes, { tags: ['v2'] });

    expect(await collect(subject.storage.tags.list(HOME))).toEqual(['v1', 'v2']);
  });

  it('mends a tag that is missing when the same is published again', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1', 'v2'] });
    await subject.storage.tags.remove(HOME, tag('v1'));

    await publish(subject.storage, HOME, image.bytes, { tags: ['v1', 'v2'] });

    expect(await collect(subject.storage.tags.list(HOME))).toEqual(['v1', 'v2']);
  });

  it('publishes again what was removed, with its tags and its referrer entry', async () => {
    const image = await pushImage(subject.storage, HOME);
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor, { tags: ['sig'] });
    await subject.storage.manifests.remove(HOME, artifact.digest);

    await publish(subject.storage, HOME, artifact.bytes, { tags: ['sig'], sparse: 'all' });

    expect(await subject.storage.manifests.stat(HOME, artifact.digest)).toBeDefined();
    expect(await collect(subject.storage.tags.list(HOME))).toEqual(['sig']);
    expect(await collect(subject.storage.manifests.referrers(HOME, image.digest))).toHaveLength(1);
  });

  it('keeps the same manifest of two repositories apart', async () => {
    const { bytes, digest } = buildIndex();
    await publish(subject.storage, HOME, bytes, { tags: ['here'] });
    await publish(subject.storage, OTHER, bytes, { tags: ['there'] });

    await subject.storage.manifests.remove(HOME, digest);

    expect(await subject.storage.manifests.stat(OTHER, digest)).toBeDefined();
    expect(await collect(subject.storage.tags.list(OTHER))).toEqual(['there']);
  });

  it('is seen in the order manifest, referrer entry, tags', async () => {
    const { storage } = subject;
    const image = await pushImage(storage, HOME);
    for (let round = 0; round < 15; round += 1) {
      const artifact = buildArtifact(image.descriptor, {});
      const name = `round-${round}`;
      const publishing = publish(storage, HOME, artifact.bytes, { tags: [name], sparse: 'all' });
      const state = { done: false };
      const watching = watchOrder(subject, image.digest, artifact.digest, name, state);
      await publishing;
      state.done = true;
      expect(await watching).toEqual([]);
    }
  });
}

/** Looks at tag, referrer and manifest, against the order in which they appear, and notes what comes too early. */
async function watchOrder(
  { storage }: Subject,
  subjectDigest: Digest,
  digest: Digest,
  name: string,
  state: { done: boolean },
): Promise<string[]> {
  const early: string[] = [];
  do {
    const tagged = await storage.tags.resolve(HOME, tag(name));
    const referrers = await collect(storage.manifests.referrers(HOME, subjectDigest));
    const referred = referrers.some((referrer) => referrer.digest.equals(digest));
    const readable = await storage.manifests.read(HOME, digest);
    if (tagged !== undefined && !referred) early.push('the tag before the referrer entry');
    if (referred && readable === undefined) early.push('the referrer entry before the manifest');
    await pause(0);
  } while (!state.done);
  return early;
}

function requirementContract(subject: Subject): void {
  it('throws manifest-blob-unknown and lists all that is missing, and no more', async () => {
    const layers = [uniqueBytes(10), uniqueBytes(20), uniqueBytes(30)] as const;
    const image = buildImage(layers);
    await pushBlob(subject.storage, HOME, layers[1]);

    const missing = await missingFor(subject, image);

    expect(missing).toEqual(
      [image.config, layers[0], layers[2]].map((blob) => `${Digest.of(blob)}`).sort(),
    );
  });

  it('lists each once, however often the manifest names it', async () => {
    const layer = uniqueBytes(10);
    const image = buildImage([layer, layer]);
    await pushBlob(subject.storage, HOME, image.config);

    expect(await missingFor(subject, image)).toEqual([`${Digest.of(layer)}`]);
  });

  it('changes nothing then: no manifest, no referrer entry, no tag, no repository', async () => {
    const subjectOf = buildIndex();
    const artifact = buildArtifact(subjectOf.descriptor, {});

    const publishing = publish(subject.storage, HOME, artifact.bytes, { tags: ['v1'] });

    await expect(publishing).rejects.toMatchObject({ kind: 'manifest-blob-unknown' });
    const { manifests, tags, catalog } = subject.storage;
    expect(await manifests.stat(HOME, artifact.digest)).toBeUndefined();
    expect(await manifests.read(HOME, artifact.digest)).toBeUndefined();
    expect(await collect(manifests.digests(HOME))).toEqual([]);
    expect(await collect(manifests.referrers(HOME, subjectOf.digest))).toEqual([]);
    expect(await tags.resolve(HOME, tag('v1'))).toBeUndefined();
    expect(await collect(tags.list(HOME))).toEqual([]);
    expect(await catalog.has(HOME)).toBe(false);
    expect(await collect(catalog.list())).toEqual([]);
  });

  it('leaves a tag then that pointed to another manifest', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });

    const publishing = publish(subject.storage, HOME, buildImage().bytes, { tags: ['v1'] });

    await expect(publishing).rejects.toMatchObject({ kind: 'manifest-blob-unknown' });
    const resolved = await subject.storage.tags.resolve(HOME, tag('v1'));
    expect(resolved?.digest.toString()).toBe(image.digest.toString());
  });

  it('is a failure for a manifest that is there already, too', async () => {
    const image = await pushImage(subject.storage, HOME);
    await subject.storage.blobs.unlink(HOME, Digest.of(image.config));

    const publishing = publish(subject.storage, HOME, image.bytes, { tags: ['v2'] });

    await expect(publishing).rejects.toMatchObject({ kind: 'manifest-blob-unknown' });
    expect(await subject.storage.manifests.stat(HOME, image.digest)).toBeDefined();
    expect(await collect(subject.storage.tags.list(HOME))).toEqual([]);
  });

  it('succeeds once the content is there', async () => {
    const image = buildImage();
    await publish(subject.storage, HOME, image.bytes).catch(() => undefined);
    for (const blob of [image.config, ...image.layers]) await pushBlob(subject.storage, HOME, blob);

    await publish(subject.storage, HOME, image.bytes);

    expect(await subject.storage.manifests.stat(HOME, image.digest)).toBeDefined();
  });

  it('does not count the content of another repository', async () => {
    const image = buildImage();
    for (const blob of [image.config, ...image.layers])
      await pushBlob(subject.storage, OTHER, blob);

    const publishing = publish(subject.storage, HOME, image.bytes);

    await expect(publishing).rejects.toMatchObject({ kind: 'manifest-blob-unknown' });
  });

  it('takes a manifest for no blob where a blob is required', async () => {
    const child = buildIndex();
    await publish(subject.storage, HOME, child.bytes);
    const publication = publicationOf(buildIndex().bytes);

    const publishing = subject.storage.manifests.publish(HOME, {
      ...publication,
      requires: [{ digest: child.digest, as: 'blob' }],
    });

    await expect(publishing).rejects.toMatchObject({ kind: 'manifest-blob-unknown' });
  });

  it.each(['manifest', 'blob'] as const)('takes a %s as the entry of an index', async (kind) => {
    const child = buildIndex();
    if (kind === 'manifest') await publish(subject.storage, HOME, child.bytes);
    else await pushBlob(subject.storage, HOME, child.bytes);

    const index = buildIndex([child.descriptor]);
    await publish(subject.storage, HOME, index.bytes);

    expect(await subject.storage.manifests.stat(HOME, index.digest)).toBeDefined();
  });

  it('lists the entries of an index that are neither manifest nor blob', async () => {
    const [present, missing] = [buildIndex(), buildIndex()];
    await publish(subject.storage, HOME, present.bytes);
    const index = buildIndex([present.descriptor, missing.descriptor]);

    expect(await missingFor(subject, index)).toEqual([missing.digest.toString()]);
  });

  it('asks for nothing but what `requires` names', async () => {
    const image = buildImage();

    await publish(subject.storage, HOME, image.bytes, { sparse: 'all' });

    expect(await subject.storage.manifests.stat(HOME, image.digest)).toBeDefined();
  });

  it('asks for no subject', async () => {
    const artifact = await pushArtifact(subject.storage, HOME, buildIndex().descriptor);

    expect(await subject.storage.manifests.stat(HOME, artifact.digest)).toBeDefined();
  });
}

/** The digests in the detail of the refusal to publish, sorted. */
async function missingFor({ storage }: Subject, manifest: BuiltManifest): Promise<string[]> {
  const error: unknown = await publish(storage, HOME, manifest.bytes).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ kind: 'manifest-blob-unknown' });
  const { detail } = error as { detail: unknown[] };
  return detail.map(String).sort();
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
