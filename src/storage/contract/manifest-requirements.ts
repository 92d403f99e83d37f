import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import {
  type BuiltManifest,
  buildArtifact,
  buildImage,
  buildIndex,
  collect,
  kindOf,
  publicationOf,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

export function manifestRequirementsContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('throws manifest-blob-unknown with a list of all missing digests', async () => {
    const layers = [uniqueBytes(10), uniqueBytes(20), uniqueBytes(30)] as const;
    const image = buildImage(layers);
    await pushBlob(subject.storage, HOME, layers[1]);

    const missing = await missingFor(subject, image);

    assert.deepEqual(
      missing,
      [image.config, layers[0], layers[2]].map((blob) => `${Digest.of(blob)}`).sort(),
    );
  });

  it('lists a missing digest once, even if the manifest names it several times', async () => {
    const layer = uniqueBytes(10);
    const image = buildImage([layer, layer]);
    await pushBlob(subject.storage, HOME, image.config);

    assert.deepEqual(await missingFor(subject, image), [`${Digest.of(layer)}`]);
  });

  it('creates no manifest, no referrer entry, no tag and no repository', async () => {
    const subjectOf = buildIndex();
    const artifact = buildArtifact(subjectOf.descriptor, {});

    const publishing = publish(subject.storage, HOME, artifact.bytes, { tags: ['v1'] });

    await assert.rejects(publishing, { kind: 'manifest-blob-unknown' });
    const { manifests, tags, catalog } = subject.storage;
    assert.equal(await manifests.stat(HOME, artifact.digest), undefined);
    assert.equal(await manifests.read(HOME, artifact.digest), undefined);
    assert.deepEqual(await collect(manifests.digests(HOME)), []);
    assert.deepEqual(await collect(manifests.referrers(HOME, subjectOf.digest)), []);
    assert.equal(await tags.resolve(HOME, tag('v1')), undefined);
    assert.deepEqual(await collect(tags.list(HOME)), []);
    assert.equal(await catalog.has(HOME), false);
    assert.deepEqual(await collect(catalog.list()), []);
  });

  it('does not move a tag that points to another manifest', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });

    const publishing = publish(subject.storage, HOME, buildImage().bytes, { tags: ['v1'] });

    await assert.rejects(publishing, { kind: 'manifest-blob-unknown' });
    const resolved = await subject.storage.tags.resolve(HOME, tag('v1'));
    assert.equal(resolved?.digest.toString(), image.digest.toString());
  });

  it('fails even if the manifest already exists', async () => {
    const image = await pushImage(subject.storage, HOME);
    await subject.storage.blobs.unlink(HOME, Digest.of(image.config));

    const publishing = publish(subject.storage, HOME, image.bytes, { tags: ['v2'] });

    await assert.rejects(publishing, { kind: 'manifest-blob-unknown' });
    assert.notEqual(await subject.storage.manifests.stat(HOME, image.digest), undefined);
    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), []);
  });

  it('succeeds once the content was pushed', async () => {
    const image = buildImage();
    await publish(subject.storage, HOME, image.bytes).catch(() => undefined);
    for (const blob of [image.config, ...image.layers]) await pushBlob(subject.storage, HOME, blob);

    await publish(subject.storage, HOME, image.bytes);

    assert.notEqual(await subject.storage.manifests.stat(HOME, image.digest), undefined);
  });

  it('fails even if another repository has the content', async () => {
    const image = buildImage();
    for (const blob of [image.config, ...image.layers])
      await pushBlob(subject.storage, OTHER, blob);

    const publishing = publish(subject.storage, HOME, image.bytes);

    await assert.rejects(publishing, { kind: 'manifest-blob-unknown' });
  });

  it('does not accept a manifest where a blob is required', async () => {
    const child = buildIndex();
    await publish(subject.storage, HOME, child.bytes);
    const publication = publicationOf(buildIndex().bytes);

    const publishing = subject.storage.manifests.publish(HOME, {
      ...publication,
      requires: [{ digest: child.digest, as: 'blob' }],
    });

    await assert.rejects(publishing, { kind: 'manifest-blob-unknown' });
  });

  for (const kind of ['manifest', 'blob'] as const) {
    it(`accepts a ${kind} as the entry of an index`, async () => {
      const child = buildIndex();
      if (kind === 'manifest') await publish(subject.storage, HOME, child.bytes);
      else await pushBlob(subject.storage, HOME, child.bytes);

      const index = buildIndex([child.descriptor]);
      await publish(subject.storage, HOME, index.bytes);

      assert.notEqual(await subject.storage.manifests.stat(HOME, index.digest), undefined);
    });
  }

  it('lists the entries of an index that exist neither as manifest nor as blob', async () => {
    const [present, missing] = [buildIndex(), buildIndex()];
    await publish(subject.storage, HOME, present.bytes);
    const index = buildIndex([present.descriptor, missing.descriptor]);

    assert.deepEqual(await missingFor(subject, index), [missing.digest.toString()]);
  });

  it('requires only the content in `requires`', async () => {
    const image = buildImage();

    await publish(subject.storage, HOME, image.bytes, { sparse: 'all' });

    assert.notEqual(await subject.storage.manifests.stat(HOME, image.digest), undefined);
  });

  it('does not require the subject', async () => {
    const artifact = await pushArtifact(subject.storage, HOME, buildIndex().descriptor);

    assert.notEqual(await subject.storage.manifests.stat(HOME, artifact.digest), undefined);
  });
}

/** Resolves to the sorted digests in the detail of the error. */
async function missingFor({ storage }: StorageOfTest, manifest: BuiltManifest): Promise<string[]> {
  const error: unknown = await publish(storage, HOME, manifest.bytes).catch(
    (reason: unknown) => reason,
  );
  assert.equal(kindOf(error), 'manifest-blob-unknown');
  const { detail } = error as { detail: unknown[] };
  return detail.map(String).sort();
}
