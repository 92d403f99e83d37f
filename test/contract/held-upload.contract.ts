import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { chunksOf, readBlob, thenThrow, uniqueBytes } from '../support/fixtures.js';
import { beginAndOpen, committed, HOME } from './held-session.js';
import { storagePerTest, type StorageFactory, type Subject } from './storage-under-test.js';
import { uploadCommitContract } from './upload-commit.contract.js';
import { uploadTakeoverContract } from './upload-takeover.contract.js';

const NOTHING = Buffer.alloc(0);

export function heldUploadContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('append', () => appendContract(subject));
  describe('commit', () => uploadCommitContract(subject));
  describe('discard', () => discardContract(subject));
  describe('release', () => releaseContract(subject));
  describe('a holder that has stalled', () => uploadTakeoverContract(factory));
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

async function* emptyChunks(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(NOTHING);
  yield NOTHING;
}
