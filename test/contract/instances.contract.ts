import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
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
} from '../support/fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';

const HOME = repo('team/app');

/** What two servers on one storage rely on. An adapter that can have one instance only is tested with that one. */
export function instancesContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  it('see each other publish at once', async () => {
    const second = await subject.secondInstance();
    expect(await second.tags.resolve(HOME, tag('v1'))).toBeUndefined();
    expect(await second.catalog.has(HOME)).toBe(false);

    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });
    const artifact = await pushArtifact(subject.storage, HOME, image.descriptor);

    expect(await second.tags.resolve(HOME, tag('v1'))).toMatchObject({ digest: image.digest });
    expect(await second.manifests.stat(HOME, artifact.digest)).toBeDefined();
    expect(await second.blobs.stat(HOME, Digest.of(image.config))).toBeDefined();
    expect(await collect(second.tags.list(HOME))).toEqual(['v1']);
    expect(await collect(second.catalog.list())).toEqual([HOME]);
    expect(await collect(second.manifests.referrers(HOME, image.digest))).toMatchObject([
      { digest: artifact.digest },
    ]);
  });

  it('see each other move a tag and remove things, however often they looked before', async () => {
    const second = await subject.secondInstance();
    await pushImage(subject.storage, HOME, { tags: ['latest'] });
    for (let round = 0; round < 20; round += 1) {
      const image = await pushImage(second, HOME, { tags: ['latest'] });
      const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
      expect(resolved?.digest.toString()).toBe(image.digest.toString());

      await subject.storage.manifests.remove(HOME, image.digest);
      expect(await second.tags.resolve(HOME, tag('latest'))).toBeUndefined();
      expect(await second.manifests.read(HOME, image.digest)).toBeUndefined();
    }
  });

  it('see each other unlink a blob', async () => {
    const second = await subject.secondInstance();
    const digest = await pushBlob(subject.storage, HOME, uniqueBytes(100));
    expect(await second.blobs.stat(HOME, digest)).toBe(100);

    await subject.storage.blobs.unlink(HOME, digest);

    expect(await second.blobs.stat(HOME, digest)).toBeUndefined();
  });

  it.each(['sha256', 'sha512'] as const)(
    'continue and commit, by %s, a session that the other has begun',
    async (algorithm) => {
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
      expect(session).toEqual({ id, repository: HOME, algorithm: 'sha256', offset: 500_001 });

      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(bytes.subarray(500_001)));
      await held.release();
      const committing = await second.uploads.open(HOME, id);
      await committing.commit(Digest.of(bytes, algorithm));

      const stored = await readBlob(subject.storage, HOME, Digest.of(bytes, algorithm));
      expect(stored?.equals(bytes)).toBe(true);
      expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
    },
  );

  it('keep each other out of a session that one of them holds', async () => {
    const second = await subject.secondInstance();
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
    const held = await subject.storage.uploads.open(HOME, id);

    await expect(second.uploads.open(HOME, id)).rejects.toMatchObject({ kind: 'upload-offset' });

    await held.release();
    const next = await second.uploads.open(HOME, id);
    expect(next.offset).toBe(0);
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

    expect(await second.tags.resolve(HOME, tag('v1'))).toMatchObject({ digest: image.digest });
    expect((await second.uploads.find(HOME, id))?.offset).toBe(1_000);
  });
}
