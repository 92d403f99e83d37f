import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { chunksOf, pause, readBlob, repo } from '../../../src/storage/contract/fixtures.js';
import { type HeldUpload } from '../../../src/storage/ports/upload-store.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { type ObjectStore } from '../../../src/storage/postgres/objects/object-store.js';
import { type UploadId } from '../../../src/domain/upload-session.js';
import { CountedObjects } from './servers/counted-objects.js';
import { emptyTables, newDatabase } from './servers/databases.js';
import { s3Objects, type ObjectsOfTest } from './servers/objects-of-test.js';
import { OneKeyObjects } from './servers/one-key-objects.js';

const MIB = 1024 ** 2;
const HOME = repo('team/app');
const STALE_AFTER_MS = 300;

let url: Promise<string> | undefined;
let subject: ObjectsOfTest;
let first: Instance;
let second: Instance;

interface Instance {
  readonly storage: Storage;
  readonly objects: CountedObjects;
}

beforeEach(async () => {
  await emptyTables(await (url ??= newDatabase('uploads')));
  subject = await s3Objects();
  first = await instanceOver(subject.open());
  second = await instanceOver(subject.open());
});

afterEach(async () => {
  await first.storage.close();
  await second.storage.close();
  await subject.dispose();
});

async function instanceOver(store: ObjectStore): Promise<Instance> {
  const objects = new CountedObjects(store);
  const options = { url: (await url) ?? '', objects, staleAfterMs: STALE_AFTER_MS };
  return { storage: openPostgresStorage(options), objects };
}

describe('the requests of an upload', () => {
  it.each([
    [1_000, { put: 1 }],
    [5 * MIB, { put: 1 }],
    [12 * MIB, { put: 1 }],
    [64 * MIB, { create: 1, part: 8, complete: 1, size: 1 }],
  ])('of %i bytes in one append are few', async (size, counted) => {
    const bytes = randomBytes(size);
    const held = await begin(first);
    await held.append(chunksOf(bytes));

    await held.commit(Digest.of(bytes));

    expect(first.objects.counts()).toEqual(counted);
    await expectBlob(second, bytes);
  });

  it('are no more if the request that ends it has no bytes, as that of docker', async () => {
    const bytes = randomBytes(MIB);
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    await append(first, id, bytes);

    const held = await first.storage.uploads.open(HOME, id);
    await held.append(chunksOf(Buffer.alloc(0)));
    await held.commit(Digest.of(bytes));

    expect(first.objects.counts()).toEqual({ put: 1 });
  });
});

it('an append sends two parts at the same time, and no more', async () => {
  const bytes = randomBytes(64 * MIB);
  const held = await begin(first);
  let [sending, most] = [0, 0];
  first.objects.before = async (request) => {
    if (request !== 'part') return;
    most = Math.max(most, ++sending);
    await pause(50);
    sending--;
  };

  await held.append(chunksOf(bytes));
  await held.commit(Digest.of(bytes));

  expect(most).toBe(2);
  await expectBlob(second, bytes);
});

describe('an upload through several instances', () => {
  it.each([
    ['small ones', [MIB, MIB, MIB]],
    ['small ones that become large', Array<number>(14).fill(MIB)],
    ['large ones', [9 * MIB, 9 * MIB, 9 * MIB, 9 * MIB]],
    ['large ones with small ones between', [14 * MIB, 1_000, 17 * MIB, 2 * MIB, 300, 20 * MIB]],
    ['one byte after a large one', [30 * MIB, 1]],
  ])('has all bytes of its appends: %s', async (_, sizes) => {
    const parts = sizes.map((size) => randomBytes(size));
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    for (const [number, part] of parts.entries()) {
      await append(number % 2 === 0 ? first : second, id, part);
    }
    const bytes = Buffer.concat(parts);

    const held = await first.storage.uploads.open(HOME, id);
    expect(await held.commit(Digest.of(bytes))).toBe(bytes.byteLength);

    await expectBlob(second, bytes);
  });

  it('goes on after a wrong digest, also if its object was completed', async () => {
    const [begun, rest] = [randomBytes(20 * MIB), randomBytes(MIB)];
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    await append(first, id, begun);
    const wrong = await second.storage.uploads.open(HOME, id);
    await expect(wrong.commit(Digest.of(rest, 'sha512'))).rejects.toMatchObject({
      kind: 'digest-mismatch',
    });
    await wrong.release();

    await append(first, id, rest);
    const bytes = Buffer.concat([begun, rest]);
    await (await second.storage.uploads.open(HOME, id)).commit(Digest.of(bytes));

    await expectBlob(first, bytes);
  });

  it('can be committed again after a failure that followed the completion of its object', async () => {
    const bytes = randomBytes(30 * MIB);
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    await append(first, id, bytes);
    const failing = await first.storage.uploads.open(HOME, id);
    first.objects.before = (request) =>
      request === 'size' ? Promise.reject(new Error('cut')) : Promise.resolve();
    await expect(failing.commit(Digest.of(bytes))).rejects.toThrow('cut');
    await failing.release();

    await (await second.storage.uploads.open(HOME, id)).commit(Digest.of(bytes));

    await expectBlob(second, bytes);
  });

  it.each([
    ['a part', 20 * MIB],
    ['too few bytes for a part', MIB],
  ])('goes on with %s after a writer completed its object and was lost', async (_, size) => {
    const [begun, rest] = [randomBytes(30 * MIB), randomBytes(size)];
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    await append(first, id, begun);
    const lost = await first.storage.uploads.open(HOME, id);
    first.objects.before = (request) =>
      request === 'size' ? Promise.reject(new Error('cut')) : Promise.resolve();
    await expect(lost.commit(Digest.of(begun))).rejects.toThrow('cut');
    await lost.release();

    await append(second, id, rest);
    const bytes = Buffer.concat([begun, rest]);
    await (await second.storage.uploads.open(HOME, id)).commit(Digest.of(bytes));

    await expectBlob(second, bytes);
  });

  it('keeps none of an append whose bytes could not be stored, and all before it', async () => {
    const [kept, lost] = [randomBytes(MIB), randomBytes(30 * MIB)];
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    await append(first, id, kept);
    const held = await first.storage.uploads.open(HOME, id);
    let parts = 0;
    first.objects.before = (request) =>
      request === 'part' && ++parts === 2 ? Promise.reject(new Error('cut')) : Promise.resolve();
    await expect(held.append(chunksOf(lost))).rejects.toThrow('cut');
    await held.release();

    expect((await second.storage.uploads.find(HOME, id))?.offset).toBe(MIB);
    await (await second.storage.uploads.open(HOME, id)).commit(Digest.of(kept));

    await expectBlob(second, kept);
  });
});

describe('a writer that lost its hold', () => {
  it('does not change the bytes of the next writer, although its object is written last', async () => {
    expect(await lateWrite(first, second)).toBe('right bytes');
  });

  it('would replace them if an upload had one key', async () => {
    await first.storage.close();
    await second.storage.close();
    first = await instanceOver(new OneKeyObjects(subject.open()));
    second = await instanceOver(new OneKeyObjects(subject.open()));

    expect(await lateWrite(first, second)).toBe('wrong bytes');
  });

  it('does not change a part of the next writer', async () => {
    const [begun, late, rest] = [20, 20, 20].map((size) => randomBytes(size * MIB));
    const { id } = await first.storage.uploads.begin(HOME, 'sha256');
    await append(first, id, begun ?? Buffer.alloc(0));
    const stalled = await stallAt(first, id, late ?? Buffer.alloc(0), 'part');

    const next = await second.storage.uploads.open(HOME, id);
    await next.append(chunksOf(rest ?? Buffer.alloc(0)));
    stalled.resume();
    await expect(stalled.appending).rejects.toMatchObject({ kind: 'upload-offset' });
    const bytes = Buffer.concat([begun ?? Buffer.alloc(0), rest ?? Buffer.alloc(0)]);
    await next.commit(Digest.of(bytes));

    await expectBlob(first, bytes);
  });
});

/** Lets a writer stall before its object is written, and go on after the next writer has committed other bytes. */
async function lateWrite(one: Instance, other: Instance): Promise<'right bytes' | 'wrong bytes'> {
  const [late, right] = [randomBytes(1_000), randomBytes(1_000)];
  const { id } = await one.storage.uploads.begin(HOME, 'sha256');
  const stalled = await stallAt(one, id, late, 'put');
  const next = await other.storage.uploads.open(HOME, id);
  await next.append(chunksOf(right));
  await next.commit(Digest.of(right));

  stalled.resume();
  await expect(stalled.appending).rejects.toMatchObject({ kind: 'upload-offset' });

  const stored = await readBlob(other.storage, HOME, Digest.of(right));
  return stored?.equals(right) === true ? 'right bytes' : 'wrong bytes';
}

/** Appends until the first request of a kind, which waits for `resume`. Resolves when the writer has lost its hold. */
async function stallAt(
  { storage, objects }: Instance,
  id: UploadId,
  bytes: Buffer,
  at: 'put' | 'part',
): Promise<{ resume: () => void; appending: Promise<number> }> {
  const held = await storage.uploads.open(HOME, id);
  let resume = (): void => undefined;
  const resumed = new Promise<void>((resolve) => {
    resume = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    objects.before = async (request) => {
      if (request !== at) return;
      resolve();
      await resumed;
    };
  });
  // A dead process renews nothing.
  const appending = stopRenewals(held).append(chunksOf(bytes));
  appending.catch(() => undefined);
  await reached;
  await pause(2 * STALE_AFTER_MS);
  return { resume, appending };
}

/** Keeps the hold from being renewed by its timer, as in a process that was suspended. */
function stopRenewals(held: HeldUpload): HeldUpload {
  const { hold } = held as unknown as { hold: { timer: NodeJS.Timeout } };
  clearInterval(hold.timer);
  return held;
}

async function begin({ storage }: Instance): Promise<HeldUpload> {
  const { id } = await storage.uploads.begin(HOME, 'sha256');
  return storage.uploads.open(HOME, id);
}

async function append({ storage }: Instance, id: UploadId, bytes: Buffer): Promise<void> {
  const held = await storage.uploads.open(HOME, id);
  await held.append(chunksOf(bytes));
  await held.release();
}

async function expectBlob({ storage }: Instance, bytes: Buffer): Promise<void> {
  const stored = await readBlob(storage, HOME, Digest.of(bytes));
  expect(stored?.equals(bytes)).toBe(true);
}
