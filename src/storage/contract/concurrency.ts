import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type UploadId } from '../../domain/upload-session.js';
import {
  buildIndex,
  chunksOf,
  collect,
  kindOf,
  pause,
  publish,
  pushBlob,
  pushImage,
  readBlob,
  repo,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');

export function concurrencyContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  it('can hold a session only one at a time', async () => {
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

    const openings = await Promise.allSettled(
      Array.from({ length: 8 }, () => subject.storage.uploads.open(HOME, id)),
    );

    const refusals = openings.filter((opening) => opening.status === 'rejected');
    assert.equal(refusals.length, 7);
    for (const { reason } of refusals) assert.equal(kindOf(reason), 'upload-busy');
  });

  it('leave exactly the acknowledged bytes in a session, in the order of their offsets', async () => {
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

    const writers = Array.from({ length: 6 }, () => appendInTurns(subject, id, 8));
    const acknowledged = (await Promise.all(writers)).flat();

    const bytes = Buffer.concat(
      acknowledged.toSorted((a, b) => a.offset - b.offset).map((append) => append.bytes),
    );
    const held = await subject.storage.uploads.open(HOME, id);
    assert.equal(acknowledged.length, 48);
    assert.equal(await held.commit(Digest.of(bytes)), bytes.byteLength);
    assert.equal((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes), true);
  });

  it('can commit the same blob into several repositories', async () => {
    const bytes = uniqueBytes(500_000);
    const names = Array.from({ length: 8 }, (_, number) => repo(`team/app${number}`));

    await Promise.all(names.map((name) => pushBlob(subject.storage, name, bytes)));

    for (const name of names) {
      const stored = await readBlob(subject.storage, name, Digest.of(bytes));
      assert.equal(stored?.equals(bytes), true);
    }
    const holders = await collect(subject.storage.blobs.holders(Digest.of(bytes)));
    assert.deepEqual(holders.sort(), names);
  });

  it('can commit the same blob into one repository', async () => {
    const bytes = uniqueBytes(500_000);

    await Promise.all(Array.from({ length: 8 }, () => pushBlob(subject.storage, HOME, bytes)));

    const stored = await readBlob(subject.storage, HOME, Digest.of(bytes));
    assert.equal(stored?.equals(bytes), true);
  });

  it('can commit, link and unlink one blob, which is whole or absent at any time', async () => {
    const bytes = uniqueBytes(200_000);
    const digest = Digest.of(bytes);
    const target = repo('team/target');

    for (let round = 0; round < 10; round += 1) {
      await Promise.all([
        pushBlob(subject.storage, HOME, bytes),
        subject.storage.blobs.link(target, digest, HOME),
        subject.storage.blobs.unlink(HOME, digest),
        subject.storage.blobs.unlink(target, digest),
      ]);
      for (const name of [HOME, target]) {
        const stored = await readBlob(subject.storage, name, digest);
        assert.equal(stored?.equals(bytes) ?? true, true);
      }
    }
    await pushBlob(subject.storage, HOME, bytes);
    assert.equal((await readBlob(subject.storage, HOME, digest))?.equals(bytes), true);
  });

  it('can publish the same manifest with several tags', async () => {
    const image = await pushImage(subject.storage, HOME);

    const publishings = Array.from({ length: 10 }, (_, number) =>
      publish(subject.storage, HOME, image.bytes, { tags: ['same', `own-${number}`] }),
    );
    await Promise.all(publishings);

    assert.equal((await collect(subject.storage.tags.list(HOME))).length, 11);
    const resolved = await subject.storage.tags.resolve(HOME, tag('same'));
    assert.equal(resolved?.digest.toString(), image.digest.toString());
  });

  it('can set one tag, which then points to one of their manifests', async () => {
    const indexes = Array.from({ length: 12 }, () => buildIndex());

    await Promise.all(
      indexes.map(({ bytes }) => publish(subject.storage, HOME, bytes, { tags: ['latest'] })),
    );

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['latest']);
    const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
    const winner = indexes.find(({ digest }) => digest.toString() === resolved?.digest.toString());
    assert.equal(resolved?.size, winner?.bytes.byteLength);
    assert.equal((await collect(subject.storage.manifests.digests(HOME))).length, 12);
  });

  it('can publish and remove a manifest, and leave no tag without a manifest', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { bytes, digest } = buildIndex();
      await Promise.all([
        publish(subject.storage, HOME, bytes, { tags: ['a', 'b'] }),
        subject.storage.manifests.remove(HOME, digest),
        publish(subject.storage, HOME, bytes, { tags: ['c'] }),
        subject.storage.manifests.remove(HOME, digest),
      ]);
      await assertTagsLead(subject);
      await subject.storage.manifests.remove(HOME, digest);
      await assertTagsLead(subject);
    }
  });

  it('can remove a manifest while its tag moves to another one, which keeps the tag', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [first, second] = [buildIndex(), buildIndex()];
      await publish(subject.storage, HOME, first.bytes, { tags: ['latest'] });

      await Promise.all([
        subject.storage.manifests.remove(HOME, first.digest),
        publish(subject.storage, HOME, second.bytes, { tags: ['latest'] }),
      ]);

      const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
      assert.equal(resolved?.digest.toString(), second.digest.toString());
    }
  });

  it('do not hide a tag from a reader while they move it', async () => {
    await publish(subject.storage, HOME, buildIndex().bytes, { tags: ['latest'] });
    const state = { done: false };
    const reading = readWhile(subject, state);

    for (let round = 0; round < 30; round += 1) {
      await publish(subject.storage, HOME, buildIndex().bytes, { tags: ['latest'] });
    }
    state.done = true;

    assert.deepEqual(await reading, { missed: 0 });
  });
}

interface Acknowledged {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Appends `count` times, each time as soon as the session is free. Returns the acknowledged bytes with their offsets. */
async function appendInTurns(
  { storage }: StorageOfTest,
  id: UploadId,
  count: number,
): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  while (acknowledged.length < count) {
    try {
      const held = await storage.uploads.open(HOME, id);
      const bytes = uniqueBytes(1_000 + acknowledged.length);
      const offset = held.offset;
      assert.equal(await held.append(chunksOf(bytes, 400)), offset + bytes.byteLength);
      acknowledged.push({ offset, bytes });
      await held.release();
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== 'upload-busy') throw error;
    }
    await pause(0);
  }
  return acknowledged;
}

/** Asserts that every listed tag can be resolved, and its manifest can be read. */
async function assertTagsLead({ storage }: StorageOfTest): Promise<void> {
  for (const name of await collect(storage.tags.list(HOME))) {
    const resolved = await storage.tags.resolve(HOME, name);
    assert.notEqual(resolved, undefined);
    if (resolved === undefined) continue;
    assert.notEqual(await storage.manifests.read(HOME, resolved.digest), undefined);
  }
}

async function readWhile(
  { storage }: StorageOfTest,
  state: { done: boolean },
): Promise<{ missed: number }> {
  let missed = 0;
  do {
    const resolved = await storage.tags.resolve(HOME, tag('latest'));
    const manifest = resolved && (await storage.manifests.read(HOME, resolved.digest));
    if (manifest?.bytes.byteLength !== resolved?.size || resolved === undefined) missed += 1;
    await pause(0);
  } while (!state.done);
  return { missed };
}
