import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { OCI_INDEX } from '../../domain/media-type.js';
import {
  buildArtifact,
  buildIndex,
  buildManifest,
  collect,
  pause,
  publish,
  pushArtifact,
  pushImage,
  repo,
  tag,
} from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function manifestPublishContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  for (const { name, text } of [
    { name: 'with any indentation', text: '{\n\t"schemaVersion":   2, "manifests": [ ]\n}\r\n' },
    { name: 'with a duplicate field', text: '{"schemaVersion":2,"manifests":[],"manifests":null}' },
    { name: 'with unknown fields', text: '{"zebra":{"a":[1.0,1e2]},"schemaVersion":2}' },
    { name: 'with text beyond ASCII', text: '{"schemaVersion":2,"x":"\u00e9 \\u00e9 \u{1f6a2}"}' },
  ]) {
    it(`keeps the bytes unchanged: ${name}`, async () => {
      const bytes = Buffer.from(text);
      const digest = await publish(subject.storage, HOME, bytes);

      const stored = await subject.storage.manifests.read(HOME, digest);

      assert.equal(Buffer.from(stored?.bytes ?? []).toString(), text);
    });
  }

  it('keeps a manifest of 4 MiB', async () => {
    const annotations = { padding: 'x'.repeat(4 * 1024 * 1024 - 200) };
    const { bytes, digest } = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      annotations,
    });

    await publish(subject.storage, HOME, bytes);

    const stored = await subject.storage.manifests.read(HOME, digest);
    assert.equal(bytes.equals(stored?.bytes ?? Buffer.alloc(0)), true);
  });

  it('copies the bytes, so that the caller can use the memory again', async () => {
    const { bytes } = buildIndex();
    const text = bytes.toString();
    const digest = await publish(subject.storage, HOME, bytes);

    bytes.fill(0);

    const stored = await subject.storage.manifests.read(HOME, digest);
    assert.equal(Buffer.from(stored?.bytes ?? []).toString(), text);
  });

  it('stores a manifest only under the digest it was published with, also sha512', async () => {
    const { bytes, digest: sha256 } = buildIndex();

    const sha512 = await publish(subject.storage, HOME, bytes, { algorithm: 'sha512' });

    assert.equal(sha512.algorithm, 'sha512');
    const stored = await subject.storage.manifests.read(HOME, sha512);
    assert.equal(Digest.of(stored?.bytes ?? Buffer.alloc(0), 'sha512').toString(), `${sha512}`);
    assert.equal(await subject.storage.manifests.stat(HOME, sha256), undefined);
  });

  it('sets a tag to the whole digest, also sha512', async () => {
    const { bytes } = buildIndex();
    const sha512 = await publish(subject.storage, HOME, bytes, {
      algorithm: 'sha512',
      tags: ['x'],
    });

    const resolved = await subject.storage.tags.resolve(HOME, tag('x'));

    assert.equal(resolved?.digest.toString(), sha512.toString());
  });

  it('sets all tags of the publication', async () => {
    const tags = Array.from({ length: 12 }, (_, number) => `v${number}`);

    const { digest } = await pushImage(subject.storage, HOME, { tags });

    for (const name of tags) {
      const resolved = await subject.storage.tags.resolve(HOME, tag(name));
      assert.equal(resolved?.digest.toString(), digest.toString());
    }
  });

  it('sets no tag for a publication without tags', async () => {
    await pushImage(subject.storage, HOME);

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), []);
  });

  it('succeeds when the same manifest is published again', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });

    await publish(subject.storage, HOME, image.bytes, { tags: ['v1'] });

    assert.equal((await collect(subject.storage.manifests.digests(HOME))).length, 1);
    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['v1']);
    const stored = await subject.storage.manifests.read(HOME, image.digest);
    assert.equal(image.bytes.equals(stored?.bytes ?? Buffer.alloc(0)), true);
  });

  it('keeps the tags that the manifest already has', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });

    await publish(subject.storage, HOME, image.bytes, { tags: ['v2'] });

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['v1', 'v2']);
  });

  it('sets a missing tag again when the same manifest is published again', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1', 'v2'] });
    await subject.storage.tags.remove(HOME, tag('v1'));

    await publish(subject.storage, HOME, image.bytes, { tags: ['v1', 'v2'] });

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['v1', 'v2']);
  });

  it('publishes a removed manifest again, with its tags and its referrer entry', async () => {
    const image = await pushImage(subject.storage, HOME);
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor, { tags: ['sig'] });
    await subject.storage.manifests.remove(HOME, artifact.digest);

    await publish(subject.storage, HOME, artifact.bytes, { tags: ['sig'], sparse: 'all' });

    assert.notEqual(await subject.storage.manifests.stat(HOME, artifact.digest), undefined);
    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['sig']);
    assert.equal(
      (await collect(subject.storage.manifests.referrers(HOME, image.digest))).length,
      1,
    );
  });

  it('keeps the same manifest of two repositories apart', async () => {
    const { bytes, digest } = buildIndex();
    await publish(subject.storage, HOME, bytes, { tags: ['here'] });
    await publish(subject.storage, OTHER, bytes, { tags: ['there'] });

    await subject.storage.manifests.remove(HOME, digest);

    assert.notEqual(await subject.storage.manifests.stat(OTHER, digest), undefined);
    assert.deepEqual(await collect(subject.storage.tags.list(OTHER)), ['there']);
  });

  it('makes its changes visible in the order manifest, referrer entry, tags', async () => {
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
      assert.deepEqual(await watching, []);
    }
  });
}

/** Reads tag, referrer and manifest, in the reverse of their order, and returns what became visible too early. */
async function watchOrder(
  { storage }: StorageOfTest,
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
