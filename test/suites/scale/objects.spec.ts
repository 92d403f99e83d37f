import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collect, readAll } from '../../../src/storage/contract/fixtures.js';
import { newObjectId } from '../../../src/storage/postgres/objects/object-id.js';
import {
  PartsGone,
  type ObjectId,
  type ObjectStore,
} from '../../../src/storage/postgres/objects/object-store.js';
import { directoryObjects, s3Objects, type ObjectsOfTest } from './servers/objects-of-test.js';

/** The smallest part of S3 that is not the last. */
const PART = 5 * 1024 ** 2;

describe.each([
  ['a directory', directoryObjects],
  ['a bucket', s3Objects],
])('the objects of %s', (_, objectsOf) => {
  let subject: ObjectsOfTest;
  let store: ObjectStore;
  beforeEach(async () => {
    subject = await objectsOf();
    store = subject.open();
  });
  afterEach(async () => {
    await store.close();
    await subject.dispose();
  });

  it.each([0, 1, 70_000, PART])('have the %i bytes that were put', async (size) => {
    const [id, bytes] = [newObjectId(), randomBytes(size)];

    await store.put(id, bytes);

    expect(await store.size(id)).toBe(size);
    if (size > 0) expect((await contentOf(id, size)).equals(bytes)).toBe(true);
  });

  it('do not exist before they are put', async () => {
    expect(await store.size(newObjectId())).toBeUndefined();
    await expect(contentOf(newObjectId(), 10)).rejects.toThrow();
  });

  it('yield exactly the bytes of a range', async () => {
    const [id, bytes] = [newObjectId(), randomBytes(200_000)];
    await store.put(id, bytes);

    const read = await readAll(store.read(id, { start: 100, end: 150_099 }));

    expect(read.equals(bytes.subarray(100, 150_100))).toBe(true);
  });

  it('end a read that was aborted', async () => {
    const id = newObjectId();
    await store.put(id, randomBytes(PART));
    const ended = new AbortController();
    const reading = readAll(
      (async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          ended.abort();
          yield chunk;
        }
      })(store.read(id, { start: 0, end: PART - 1 }, { signal: ended.signal })),
    );

    await expect(reading).rejects.toThrow();
  });

  it('are put together from parts, by their numbers and with gaps', async () => {
    const id = newObjectId();
    const [first, second, last] = [randomBytes(PART), randomBytes(PART), randomBytes(10)];
    const parts = await store.createParts(id);
    const stored = [
      await store.putPart(id, parts, 2, first),
      await store.putPart(id, parts, 7, second),
      await store.putPart(id, parts, 9, last),
    ];

    await store.completeParts(id, parts, stored);

    const size = 2 * PART + 10;
    expect(await store.size(id)).toBe(size);
    expect((await contentOf(id, size)).equals(Buffer.concat([first, second, last]))).toBe(true);
  });

  it('leave out parts that are not listed', async () => {
    const id = newObjectId();
    const [listed, left] = [randomBytes(PART), randomBytes(PART)];
    const parts = await store.createParts(id);
    await store.putPart(id, parts, 1, left);
    const stored = await store.putPart(id, parts, 2, listed);

    await store.completeParts(id, parts, [stored]);

    expect((await contentOf(id, PART)).equals(listed)).toBe(true);
  });

  it('can be completed twice', async () => {
    const id = newObjectId();
    const parts = await store.createParts(id);
    const stored = await store.putPart(id, parts, 1, randomBytes(100));
    await store.completeParts(id, parts, [stored]);

    await store.completeParts(id, parts, [stored]);

    expect(await store.size(id)).toBe(100);
  });

  it('take no part after they were completed', async () => {
    const id = newObjectId();
    const parts = await store.createParts(id);
    const stored = await store.putPart(id, parts, 1, randomBytes(100));
    await store.completeParts(id, parts, [stored]);

    await expect(store.putPart(id, parts, 2, randomBytes(100))).rejects.toThrow(PartsGone);

    expect(await store.size(id)).toBe(100);
  });

  it('delete the parts of an unfinished object, also twice', async () => {
    const id = newObjectId();
    const parts = await store.createParts(id);
    await store.putPart(id, parts, 1, randomBytes(100));
    expect((await collect(store.openParts())).map((open) => open.id)).toEqual([id]);

    await store.abortParts(id, parts);
    await store.abortParts(id, parts);

    expect(await collect(store.openParts())).toEqual([]);
    expect(await store.size(id)).toBeUndefined();
  });

  it('are listed with their sizes and deleted together, also those that never existed', async () => {
    const ids = [newObjectId(), newObjectId()];
    for (const id of ids) await store.put(id, randomBytes(30));
    const listed = await collect(store.list());
    expect(listed.map(({ id, size }) => [id, size]).sort()).toEqual(
      ids.map((id) => [id, 30]).sort(),
    );

    const missing = newObjectId();
    expect([...(await store.delete([...ids, missing]))].sort()).toEqual([...ids, missing].sort());

    expect(await collect(store.list())).toEqual([]);
  });

  it('are ready', async () => {
    await store.ready();
  });

  async function contentOf(id: ObjectId, size: number): Promise<Buffer> {
    return readAll(store.read(id, { start: 0, end: size - 1 }));
  }
});
