import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { RegistryError } from '../../src/domain/errors.js';
import { type UploadId } from '../../src/domain/upload-session.js';
import {
  buildIndex,
  chunksOf,
  collect,
  pause,
  publish,
  pushBlob,
  pushImage,
  readBlob,
  repo,
  tag,
  uniqueBytes,
} from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');

export function concurrencyContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  it('let one holder into a session at a time', async () => {
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

    const openings = await Promise.allSettled(
      Array.from({ length: 8 }, () => subject.storage.uploads.open(HOME, id)),
    );

    const refusals = openings.filter((opening) => opening.status === 'rejected');
    expect(refusals).toHaveLength(7);
    for (const { reason } of refusals) expect(reason).toMatchObject({ kind: 'upload-offset' });
  });

  it('leave in a session exactly what was acknowledged, in the order of the offsets', async () => {
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

    const writers = Array.from({ length: 6 }, () => appendInTurns(subject, id, 8));
    const acknowledged = (await Promise.all(writers)).flat();

    const bytes = Buffer.concat(
      acknowledged.toSorted((a, b) => a.offset - b.offset).map((append) => append.bytes),
    );
    const held = await subject.storage.uploads.open(HOME, id);
    expect(acknowledged).toHaveLength(48);
    expect(await held.commit(Digest.of(bytes))).toBe(bytes.byteLength);
    expect((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes)).toBe(true);
  });

  it('commit the same blob into several repositories', async () => {
    const bytes = uniqueBytes(500_000);
    const names = Array.from({ length: 8 }, (_, number) => repo(`team/app${number}`));

    await Promise.all(names.map((name) => pushBlob(subject.storage, name, bytes)));

    for (const name of names) {
      const stored = await readBlob(subject.storage, name, Digest.of(bytes));
      expect(stored?.equals(bytes)).toBe(true);
    }
    const holders = await collect(subject.storage.blobs.holders(Digest.of(bytes)));
    expect(holders.sort()).toEqual(names);
  });

  it('commit the same blob into one repository', async () => {
    const bytes = uniqueBytes(500_000);

    await Promise.all(Array.from({ length: 8 }, () => pushBlob(subject.storage, HOME, bytes)));

    const stored = await readBlob(subject.storage, HOME, Digest.of(bytes));
    expect(stored?.equals(bytes)).toBe(true);
  });

  it('commit, link and unlink one blob, and leave it whole or not at all', async () => {
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
        expect(stored?.equals(bytes) ?? true).toBe(true);
      }
    }
    await pushBlob(subject.storage, HOME, bytes);
    expect((await readBlob(subject.storage, HOME, digest))?.equals(bytes)).toBe(true);
  });

  it('publish the same manifest', async () => {
    const image = await pushImage(subject.storage, HOME);

    const publishings = Array.from({ length: 10 }, (_, number) =>
      publish(subject.storage, HOME, image.bytes, { tags: ['same', `own-${number}`] }),
    );
    await Promise.all(publishings);

    expect(await collect(subject.storage.tags.list(HOME))).toHaveLength(11);
    const resolved = await subject.storage.tags.resolve(HOME, tag('same'));
    expect(resolved?.digest.toString()).toBe(image.digest.toString());
  });

  it('set one tag, which then points to one of their manifests, whole', async () => {
    const indexes = Array.from({ length: 12 }, () => buildIndex());

    await Promise.all(
      indexes.map(({ bytes }) => publish(subject.storage, HOME, bytes, { tags: ['latest'] })),
    );

    expect(await collect(subject.storage.tags.list(HOME))).toEqual(['latest']);
    const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
    const winner = indexes.find(({ digest }) => digest.toString() === resolved?.digest.toString());
    expect(resolved?.size).toBe(winner?.bytes.byteLength);
    expect(await collect(subject.storage.manifests.digests(HOME))).toHaveLength(12);
  });

  it('publish and remove a manifest, and leave no tag that leads to nothing', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { bytes, digest } = buildIndex();
      await Promise.all([
        publish(subject.storage, HOME, bytes, { tags: ['a', 'b'] }),
        subject.storage.manifests.remove(HOME, digest),
        publish(subject.storage, HOME, bytes, { tags: ['c'] }),
        subject.storage.manifests.remove(HOME, digest),
      ]);
      await expectTagsToLead(subject);
      await subject.storage.manifests.remove(HOME, digest);
      await expectTagsToLead(subject);
    }
  });

  it('remove a manifest and move its tag to another, which keeps it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [first, second] = [buildIndex(), buildIndex()];
      await publish(subject.storage, HOME, first.bytes, { tags: ['latest'] });

      await Promise.all([
        subject.storage.manifests.remove(HOME, first.digest),
        publish(subject.storage, HOME, second.bytes, { tags: ['latest'] }),
      ]);

      const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));
      expect(resolved?.digest.toString()).toBe(second.digest.toString());
    }
  });

  it('are no trouble to a reader, who finds each tag at every moment', async () => {
    await publish(subject.storage, HOME, buildIndex().bytes, { tags: ['latest'] });
    const state = { done: false };
    const reading = readWhile(subject, state);

    for (let round = 0; round < 30; round += 1) {
      await publish(subject.storage, HOME, buildIndex().bytes, { tags: ['latest'] });
    }
    state.done = true;

    expect(await reading).toEqual({ missed: 0 });
  });
}

interface Acknowledged {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Appends `count` times, each time as soon as the session can be had, and answers what was acknowledged where. */
async function appendInTurns(
  { storage }: Subject,
  id: UploadId,
  count: number,
): Promise<Acknowledged[]> {
  const acknowledged: Acknowledged[] = [];
  while (acknowledged.length < count) {
    try {
      const held = await storage.uploads.open(HOME, id);
      const bytes = uniqueBytes(1_000 + acknowledged.length);
      const offset = held.offset;
      expect(await held.append(chunksOf(bytes, 400))).toBe(offset + bytes.byteLength);
      acknowledged.push({ offset, bytes });
      await held.release();
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== 'upload-offset') throw error;
    }
    await pause(0);
  }
  return acknowledged;
}

/** Every tag that is listed can be resolved, and what it resolves to can be read. */
async function expectTagsToLead({ storage }: Subject): Promise<void> {
  for (const name of await collect(storage.tags.list(HOME))) {
    const resolved = await storage.tags.resolve(HOME, name);
    expect(resolved).toBeDefined();
    if (resolved === undefined) continue;
    expect(await storage.manifests.read(HOME, resolved.digest)).toBeDefined();
  }
}

async function readWhile(
  { storage }: Subject,
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
