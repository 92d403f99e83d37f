import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import {
  chunksOf,
  collect,
  pushArtifact,
  pushBlob,
  pushImage,
  readBlob,
  repo,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');

/** What two servers on one storage rely on. An adapter that can have one instance only is tested with that one. */
export function instancesContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  it('see each other publish at once', async () => {
    const second = await subject.secondInstance();
    assert.equal(await second.tags.resolve(HOME, tag('v1')), undefined);
    assert.equal(await second.catalog.has(HOME), false);

    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);

    assert.deepEqual((await second.tags.resolve(HOME, tag('v1')))?.digest, image.digest);
    assert.notEqual(await second.manifests.stat(HOME, artifact.digest), undefined);
    assert.notEqual(await second.blobs.stat(HOME, Digest.of(image.config)), undefined);
    assert.deepEqual(await collect(second.tags.list(HOME)), ['v1']);
    assert.deepEqual(await collect(second.catalog.list()), [HOME]);
    const referrers = await collect(second.manifests.referrers(HOME, image.digest));
    assert.deepEqual(
      referrers.map(({ digest }) => digest),
      [artifact.digest],
    );
  });

  it('see each other move a tag and remove things, however often they looked before', async () => {
    const second = await subject.secondInstance();
    await pushImage(subject.storage, HOME, { tags: ['latest'] });
    for (let round = 0; round < 20; round += 1) {
      const image = await pushImage(second, HOME, { tags: ['latest'] });
      const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
      assert.equal(resolved?.digest.toString(), image.digest.toString());

      await subject.storage.manifests.remove(HOME, image.digest);
      assert.equal(await second.tags.resolve(HOME, tag('latest')), undefined);
      assert.equal(await second.manifests.read(HOME, image.digest), undefined);
    }
  });

  it('see each other unlink a blob', async () => {
    const second = await subject.secondInstance();
    const digest = await pushBlob(subject.storage, HOME, uniqueBytes(100));
    assert.equal(await second.blobs.stat(HOME, digest), 100);

    await subject.storage.blobs.unlink(HOME, digest);

    assert.equal(await second.blobs.stat(HOME, digest), undefined);
  });

  for (const algorithm of ['sha256', 'sha512'] as const) {
    it(`continue and commit, by ${algorithm}, a session that the other has begun`, async () => {
      const second = await subject.secondInstance();
      const bytes = uniqueBytes(900_000);
      const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
      const parts = [bytes.subarray(0, 300_000), bytes.subarray(300_000, 500_001)];
      for (const [number, storage] of [subject.storage, second].entries()) {
        const held = await storage.uploads.open(HOME, id);
        await held.append(chunksOf(parts[number] ?? Buffer.alloc(0)));
        await held.release();
      }
      const session = await subject.storage.uploads.find(HOME, id);
      assert.deepEqual(session, { id, repository: HOME, algorithm: 'sha256', offset: 500_001 });

      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(bytes.subarray(500_001)));
      await held.release();
      const committing = await second.uploads.open(HOME, id);
      await committing.commit(Digest.of(bytes, algorithm));

      const stored = await readBlob(subject.storage, HOME, Digest.of(bytes, algorithm));
      assert.equal(stored?.equals(bytes), true);
      assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
    });
  }

  it('keep each other out of a session that one of them holds', async () => {
    const second = await subject.secondInstance();
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
    const held = await subject.storage.uploads.open(HOME, id);

    await assert.rejects(second.uploads.open(HOME, id), { kind: 'upload-busy' });

    await held.release();
    const next = await second.uploads.open(HOME, id);
    assert.equal(next.offset, 0);
    await next.release();
  });

  it('keep what was acknowledged when the first is closed', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
    const held = await subject.storage.uploads.open(HOME, id);
    await held.append(chunksOf(uniqueBytes(1_000)));
    await held.release();
    const second = await subject.secondInstance();

    if (second !== subject.storage) await subject.storage.close();

    assert.deepEqual((await second.tags.resolve(HOME, tag('v1')))?.digest, image.digest);
    assert.equal((await second.uploads.find(HOME, id))?.offset, 1_000);
  });
}
