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

/** Declares the tests of two servers on one storage. An adapter that can have only one instance is tested with that one. */
export function instancesContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  it('see publications of each other at once', async () => {
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

  it('see moved tags and removed manifests of each other, also after earlier reads', async () => {
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

  it('see unlinked blobs of each other', async () => {
    const second = await subject.secondInstance();
    const digest = await pushBlob(subject.storage, HOME, uniqueBytes(100));
    assert.equal(await second.blobs.stat(HOME, digest), 100);

    await subject.storage.blobs.unlink(HOME, digest);

    assert.equal(await second.blobs.stat(HOME, digest), undefined);
  });

  for (const algorithm of ['sha256', 'sha512'] as const) {
    it(`continue a session of each other and commit it by ${algorithm}`, async () => {
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

  it('cannot open a session that the other one holds', async () => {
    const second = await subject.secondInstance();
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
    const held = await subject.storage.uploads.open(HOME, id);

    await assert.rejects(second.uploads.open(HOME, id), { kind: 'upload-busy' });

    await held.release();
    const next = await second.uploads.open(HOME, id);
    assert.equal(next.offset, 0);
    await next.release();
  });

  it('keep acknowledged content after the first one was closed', async () => {
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
