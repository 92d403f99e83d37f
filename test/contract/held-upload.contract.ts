import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { type UploadId } from '../../src/domain/upload-session.js';
import { type HeldUpload } from '../../src/storage/ports/upload-store.js';
import {
  chunksOf,
  pause,
  pushBlob,
  readBlob,
  repo,
  thenThrow,
  uniqueBytes,
} from '../support/fixtures.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const NOTHING = Buffer.alloc(0);

export function heldUploadContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('append', () => appendContract(subject));
  describe('commit', () => commitContract(subject));
  describe('discard', () => discardContract(subject));
  describe('release', () => releaseContract(subject));
  describe('a holder that has stalled', () => takeoverContract(factory));
}

function appendContract(subject: Subject): void {
  it('answers the new offset', async () => {
    const { held } = await beginAndOpen(subject);

    expect(await held.append(chunksOf(uniqueBytes(100)))).toBe(100);
    expect(await held.append(chunksOf(uniqueBytes(50)))).toBe(150);
    expect(held.offset).toBe(150);
    await held.release();
  });

  it('writes nothing when there is nothing, and answers the same offset', async () => {
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(uniqueBytes(5)));

    expect(await held.append(chunksOf(NOTHING))).toBe(5);
    expect(await held.append(emptyChunks())).toBe(5);
    await held.release();
  });

  it.each([1, 7, 1_023, 65_537, 1_048_577])(
    'keeps the bytes exactly when they come in chunks of %d',
    async (size) => {
      const bytes = uniqueBytes(Math.min(size * 1_001, 5_000_011));
      const { held } = await beginAndOpen(subject);

      expect(await held.append(chunksOf(bytes, size))).toBe(bytes.byteLength);
      await held.commit(Digest.of(bytes));

      const stored = await readBlob(subject.storage, HOME, Digest.of(bytes));
      expect(stored?.equals(bytes)).toBe(true);
    },
  );

  it('goes on where another writer has stopped', async () => {
    const bytes = uniqueBytes(700_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 300_001)));
    await held.release();

    const next = await subject.storage.uploads.open(HOME, id);
    await next.append(chunksOf(bytes.subarray(300_001, 300_002)));
    await next.append(chunksOf(bytes.subarray(300_002)));
    await next.commit(Digest.of(bytes));

    expect((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes)).toBe(true);
  });

  it('lets the error of its source through and keeps what came before it', async () => {
    const bytes = uniqueBytes(200_000);
    const cut = new Error('the client went away');
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 1_000)));

    const appending = held.append(thenThrow(bytes.subarray(1_000, 150_000), cut));

    await expect(appending).rejects.toBe(cut);
    await held.release();
    expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(150_000);
    const next = await subject.storage.uploads.open(HOME, id);
    await next.append(chunksOf(bytes.subarray(150_000)));
    await next.commit(Digest.of(bytes));
    expect((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes)).toBe(true);
  });

  it('can be called again by the same holder after its source threw', async () => {
    const bytes = uniqueBytes(20_000);
    const { held } = await beginAndOpen(subject);
    await held.append(thenThrow(bytes.subarray(0, 9_000), new Error('cut'))).catch(() => undefined);

    expect(held.offset).toBe(9_000);
    expect(await held.append(chunksOf(bytes.subarray(9_000)))).toBe(20_000);
    expect(await held.commit(Digest.of(bytes))).toBe(20_000);
  });

  it('closes its source', async () => {
    const { held } = await beginAndOpen(subject);
    let closed = false;

    await held.append(
      (async function* () {
        try {
          yield* chunksOf(uniqueBytes(10));
        } finally {
          closed = true;
        }
      })(),
    );
    await held.release();

    expect(closed).toBe(true);
  });
}

function commitContract(subject: Subject): void {
  it.each([
    { announced: 'sha256', asked: 'sha256' },
    { announced: 'sha256', asked: 'sha512' },
    { announced: 'sha512', asked: 'sha256' },
    { announced: 'sha512', asked: 'sha512' },
  ] as const)(
    'makes a blob under the $asked digest of an upload that was begun with $announced',
    async ({ announced, asked }) => {
      const bytes = uniqueBytes(3_000_000);
      const { id } = await subject.storage.uploads.begin(HOME, announced);
      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(bytes));
      const digest = Digest.of(bytes, asked);

      expect(await held.commit(digest)).toBe(3_000_000);

      expect((await readBlob(subject.storage, HOME, digest))?.equals(bytes)).toBe(true);
    },
  );

  it('ends the session', async () => {
    const { id } = await committed(subject, uniqueBytes(10));

    expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
    const opening = subject.storage.uploads.open(HOME, id);
    await expect(opening).rejects.toMatchObject({ kind: 'upload-unknown' });
  });

  it('makes a blob of its own repository and of no other', async () => {
    const { digest } = await committed(subject, uniqueBytes(10));

    expect(await subject.storage.blobs.stat(HOME, digest)).toBe(10);
    expect(await subject.storage.blobs.stat(OTHER, digest)).toBeUndefined();
  });

  it('leaves nothing visible before', async () => {
    const bytes = uniqueBytes(10);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));

    expect(await subject.storage.blobs.stat(HOME, Digest.of(bytes))).toBeUndefined();
    await held.discard();
  });

  it.each(['sha256', 'sha512'] as const)(
    'makes the empty blob of a session without bytes by %s',
    async (algorithm) => {
      const { held } = await beginAndOpen(subject);

      expect(await held.commit(Digest.of(NOTHING, algorithm))).toBe(0);

      expect(await subject.storage.blobs.stat(HOME, Digest.of(NOTHING, algorithm))).toBe(0);
    },
  );

  it('is success for a blob that the repository has already', async () => {
    const bytes = uniqueBytes(2_000);
    const digest = await pushBlob(subject.storage, HOME, bytes);

    const { id } = await committed(subject, bytes);

    expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
    expect((await readBlob(subject.storage, HOME, digest))?.equals(bytes)).toBe(true);
  });

  it('claims a blob for its repository that only another one had', async () => {
    const bytes = uniqueBytes(2_000);
    const digest = await pushBlob(subject.storage, OTHER, bytes);

    await committed(subject, bytes);
    await subject.storage.blobs.unlink(OTHER, digest);

    expect((await readBlob(subject.storage, HOME, digest))?.equals(bytes)).toBe(true);
  });

  it.each(['sha256', 'sha512'] as const)(
    'throws digest-mismatch for another %s digest and makes no blob',
    async (algorithm) => {
      const bytes = uniqueBytes(1_000);
      const wrong = Digest.of(uniqueBytes(1_000), algorithm);
      const { held } = await beginAndOpen(subject);
      await held.append(chunksOf(bytes));

      await expect(held.commit(wrong)).rejects.toMatchObject({ kind: 'digest-mismatch' });

      expect(await subject.storage.blobs.stat(HOME, wrong)).toBeUndefined();
      expect(await subject.storage.blobs.stat(HOME, Digest.of(bytes))).toBeUndefined();
      await held.release();
    },
  );

  it('leaves the session as it was, and held, on a mismatch', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 400)));
    await held.commit(Digest.of(bytes)).catch(() => undefined);

    expect(held.offset).toBe(400);
    const opening = subject.storage.uploads.open(HOME, id);
    await expect(opening).rejects.toMatchObject({ kind: 'upload-offset' });

    expect(await held.append(chunksOf(bytes.subarray(400)))).toBe(1_000);
    expect(await held.commit(Digest.of(bytes))).toBe(1_000);
  });

  it('can be tried again by the next writer after a mismatch', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await held.commit(Digest.of(NOTHING)).catch(() => undefined);
    await held.release();

    const next = await subject.storage.uploads.open(HOME, id);
    await next.commit(Digest.of(bytes));

    expect((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes)).toBe(true);
  });
}

function discardContract(subject: Subject): void {
  it('ends the session', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(uniqueBytes(1_000)));

    await held.discard();

    expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
    const opening = subject.storage.uploads.open(HOME, id);
    await expect(opening).rejects.toMatchObject({ kind: 'upload-unknown' });
  });

  it('makes no blob of the bytes', async () => {
    const bytes = uniqueBytes(1_000);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));

    await held.discard();

    expect(await subject.storage.blobs.stat(HOME, Digest.of(bytes))).toBeUndefined();
  });
}

function releaseContract(subject: Subject): void {
  it('gives the session back as it stands', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(uniqueBytes(12)));

    await held.release();

    expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(12);
    const next = await subject.storage.uploads.open(HOME, id);
    expect(next.offset).toBe(12);
    await next.release();
  });

  it('leaves its writer without a hold on the session', async () => {
    const bytes = uniqueBytes(12);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await held.release();

    await expect(held.append(chunksOf(uniqueBytes(12)))).rejects.toThrow();
    await expect(held.commit(Digest.of(bytes))).rejects.toThrow();

    expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(12);
    expect(await subject.storage.blobs.stat(HOME, Digest.of(bytes))).toBeUndefined();
  });

  it('takes nothing from the writer who holds the session now', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.release();
    const next = await subject.storage.uploads.open(HOME, id);

    await held.release();

    const opening = subject.storage.uploads.open(HOME, id);
    await expect(opening).rejects.toMatchObject({ kind: 'upload-offset' });
    expect(await next.append(chunksOf(uniqueBytes(3)))).toBe(3);
    await next.release();
  });

  it('does nothing after commit', async () => {
    const { held, id, digest } = await committed(subject, uniqueBytes(10));

    await held.release();

    expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
    expect(await subject.storage.blobs.stat(HOME, digest)).toBe(10);
  });

  it('does nothing after discard', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.discard();

    await held.release();

    expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
  });
}

const STALE_AFTER_MS = 200;

function takeoverContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory, { staleAfterMs: STALE_AFTER_MS });

  it('is relieved by the next writer, who finds the session as it was acknowledged', async () => {
    const bytes = uniqueBytes(2_000);
    const { next, stalled } = await takeOver(subject, bytes.subarray(0, 1_500));

    expect(next.offset).toBe(1_500);
    expect(await next.append(chunksOf(bytes.subarray(1_500)))).toBe(2_000);
    expect(await next.commit(Digest.of(bytes))).toBe(2_000);

    stalled.resume(uniqueBytes(700));
    await expect(stalled.appending).rejects.toMatchObject({ kind: 'upload-offset' });
    expect((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes)).toBe(true);
  });

  it('writes nowhere when it comes back while the next writer is at work', async () => {
    const bytes = uniqueBytes(400_000);
    const { id, next, stalled } = await takeOver(subject, bytes.subarray(0, 100_000));

    const offset = await next.append(
      (async function* () {
        yield bytes.subarray(100_000, 200_000);
        stalled.resume(uniqueBytes(300_000));
        await stalled.appending.catch(() => undefined);
        yield bytes.subarray(200_000);
      })(),
    );

    expect(offset).toBe(400_000);
    await expect(stalled.appending).rejects.toMatchObject({ kind: 'upload-offset' });
    await next.commit(Digest.of(bytes));
    expect((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes)).toBe(true);
    expect(await subject.storage.uploads.find(HOME, id)).toBeUndefined();
  });

  it('can neither append nor commit any more', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await pause(2 * STALE_AFTER_MS);
    const next = await subject.storage.uploads.open(HOME, id);

    const refused = { kind: 'upload-offset' };
    await expect(held.commit(Digest.of(bytes))).rejects.toMatchObject(refused);
    await expect(held.append(chunksOf(uniqueBytes(10)))).rejects.toMatchObject(refused);

    expect(await subject.storage.blobs.stat(HOME, Digest.of(bytes))).toBeUndefined();
    await next.release();
  });

  it('leaves to the next writer what was acknowledged to it before it stalled', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await pause(2 * STALE_AFTER_MS);

    const next = await subject.storage.uploads.open(HOME, id);

    expect(next.offset).toBe(1_000);
    expect(await next.commit(Digest.of(bytes))).toBe(1_000);
  });

  it('takes nothing from the next writer by discard or release', async () => {
    const { held, id } = await beginAndOpen(subject);
    await pause(2 * STALE_AFTER_MS);
    const next = await subject.storage.uploads.open(HOME, id);

    await held.discard().catch(() => undefined);
    await held.release().catch(() => undefined);

    expect(await next.append(chunksOf(uniqueBytes(40)))).toBe(40);
    await next.release();
    expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(40);
  });

  it('stays the holder when nobody else comes', async () => {
    const bytes = uniqueBytes(100);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 60)));
    await pause(2 * STALE_AFTER_MS);

    expect(await held.append(chunksOf(bytes.subarray(60)))).toBe(100);
    expect(await held.commit(Digest.of(bytes))).toBe(100);
  });

  it('is not relieved while it writes, however long that takes', async () => {
    const { held, id } = await beginAndOpen(subject);
    const outcomes: unknown[] = [];

    await held.append(
      (async function* () {
        for (let chunk = 0; chunk < 8; chunk += 1) {
          yield uniqueBytes(100_000);
          await pause(STALE_AFTER_MS / 4);
        }
        outcomes.push(await subject.storage.uploads.open(HOME, id).catch((e: unknown) => e));
      })(),
    );
    await held.release();

    expect(outcomes).toMatchObject([{ kind: 'upload-offset' }]);
    expect((await subject.storage.uploads.find(HOME, id))?.offset).toBe(800_000);
  });
}

interface Begun {
  readonly id: UploadId;
  readonly held: HeldUpload;
}

async function beginAndOpen({ storage }: Subject): Promise<Begun> {
  const { id } = await storage.uploads.begin(HOME, 'sha256');
  return { id, held: await storage.uploads.open(HOME, id) };
}

async function committed(subject: Subject, bytes: Buffer): Promise<Begun & { digest: Digest }> {
  const { id, held } = await beginAndOpen(subject);
  const digest = Digest.of(bytes);
  await held.append(chunksOf(bytes));
  expect(await held.commit(digest)).toBe(bytes.byteLength);
  return { id, held, digest };
}

async function* emptyChunks(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(NOTHING);
  yield NOTHING;
}

/** An append whose source has given some bytes that are not acknowledged, and gives the next when it is told to. */
interface StalledAppend {
  readonly appending: Promise<number>;
  resume(bytes: Uint8Array): void;
}

/** Has one writer append `acknowledged`, stalls the next one in the middle of an append, and opens the session anew. */
async function takeOver(
  subject: Subject,
  acknowledged: Uint8Array,
): Promise<{ id: UploadId; next: HeldUpload; stalled: StalledAppend }> {
  const { id, held } = await beginAndOpen(subject);
  await held.append(chunksOf(acknowledged));
  await held.release();
  const stalled = await stallingAppend(await subject.storage.uploads.open(HOME, id));
  await pause(2 * STALE_AFTER_MS);
  return { id, stalled, next: await subject.storage.uploads.open(HOME, id) };
}

async function stallingAppend(held: HeldUpload): Promise<StalledAppend> {
  const { promise: later, resolve: resume } = promiseWithResolver<Uint8Array>();
  const { promise: stalls, resolve: stall } = promiseWithResolver<undefined>();
  const appending = held.append(
    (async function* () {
      yield uniqueBytes(500);
      stall(undefined);
      yield await later;
    })(),
  );
  // Whoever awaits it sees the rejection; until then it is not an unhandled one.
  appending.catch(() => undefined);
  await stalls;
  return { appending, resume };
}

function promiseWithResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
