import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { chunksOf, readBlob, thenThrow, uniqueBytes } from './fixtures.js';
import { beginAndOpen, committed, HOME } from './held-session.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';
import { uploadCommitContract } from './upload-commit.js';
import { uploadTakeoverContract } from './upload-takeover.js';

const NOTHING = Buffer.alloc(0);

export function heldUploadContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe } = runner;
  const subject = storagePerTest(runner, factory);

  describe('append', () => appendContract(runner, subject));
  describe('commit', () => uploadCommitContract(runner, subject));
  describe('discard', () => discardContract(runner, subject));
  describe('release', () => releaseContract(runner, subject));
  describe('a holder that has stalled', () => uploadTakeoverContract(runner, factory));
}

function appendContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('returns the new offset', async () => {
    const { held } = await beginAndOpen(subject);

    assert.equal(await held.append(chunksOf(uniqueBytes(100))), 100);
    assert.equal(await held.append(chunksOf(uniqueBytes(50))), 150);
    assert.equal(held.offset, 150);
    await held.release();
  });

  it('returns the same offset for a source without bytes', async () => {
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(uniqueBytes(5)));

    assert.equal(await held.append(chunksOf(NOTHING)), 5);
    assert.equal(await held.append(emptyChunks()), 5);
    await held.release();
  });

  for (const size of [1, 7, 1_023, 65_537, 1_048_577]) {
    it(`keeps exactly the bytes of a source with chunks of ${size} bytes`, async () => {
      const bytes = uniqueBytes(Math.min(size * 1_001, 5_000_011));
      const { held } = await beginAndOpen(subject);

      assert.equal(await held.append(chunksOf(bytes, size)), bytes.byteLength);
      await held.commit(Digest.of(bytes));

      const stored = await readBlob(subject.storage, HOME, Digest.of(bytes));
      assert.equal(stored?.equals(bytes), true);
    });
  }

  it('copies each chunk before it requests the next one, whose memory may be the same', async () => {
    const bytes = uniqueBytes(300_000);
    const { held } = await beginAndOpen(subject);

    await held.append(inOneBuffer(bytes, 1_000));
    await held.commit(Digest.of(bytes));

    const stored = await readBlob(subject.storage, HOME, Digest.of(bytes));
    assert.equal(stored?.equals(bytes), true);
  });

  it('continues after the bytes of another writer', async () => {
    const bytes = uniqueBytes(700_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 300_001)));
    await held.release();

    const next = await subject.storage.uploads.open(HOME, id);
    await next.append(chunksOf(bytes.subarray(300_001, 300_002)));
    await next.append(chunksOf(bytes.subarray(300_002)));
    await next.commit(Digest.of(bytes));

    assert.equal((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes), true);
  });

  it('throws the error of its source, and keeps the bytes before it', async () => {
    const bytes = uniqueBytes(200_000);
    const cut = new Error('the client went away');
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 1_000)));

    const appending = held.append(thenThrow(bytes.subarray(1_000, 150_000), cut));

    await assert.rejects(appending, (error) => error === cut);
    await held.release();
    assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 150_000);
    const next = await subject.storage.uploads.open(HOME, id);
    await next.append(chunksOf(bytes.subarray(150_000)));
    await next.commit(Digest.of(bytes));
    assert.equal((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes), true);
  });

  it('can be called again by the same holder after its source threw', async () => {
    const bytes = uniqueBytes(20_000);
    const { held } = await beginAndOpen(subject);
    await held.append(thenThrow(bytes.subarray(0, 9_000), new Error('cut'))).catch(() => undefined);

    assert.equal(held.offset, 9_000);
    assert.equal(await held.append(chunksOf(bytes.subarray(9_000))), 20_000);
    assert.equal(await held.commit(Digest.of(bytes)), 20_000);
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

    assert.equal(closed, true);
  });
}

function discardContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('ends the session', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(uniqueBytes(1_000)));

    await held.discard();

    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
    const opening = subject.storage.uploads.open(HOME, id);
    await assert.rejects(opening, { kind: 'upload-unknown' });
  });

  it('does not create a blob from the bytes', async () => {
    const bytes = uniqueBytes(1_000);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));

    await held.discard();

    assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(bytes)), undefined);
  });
}

function releaseContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('keeps the session and its bytes for the next writer', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(uniqueBytes(12)));

    await held.release();

    assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 12);
    const next = await subject.storage.uploads.open(HOME, id);
    assert.equal(next.offset, 12);
    await next.release();
  });

  it('ends the hold, so that the writer can neither append nor commit', async () => {
    const bytes = uniqueBytes(12);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await held.release();

    await assert.rejects(held.append(chunksOf(uniqueBytes(12))));
    await assert.rejects(held.commit(Digest.of(bytes)));

    assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 12);
    assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(bytes)), undefined);
  });

  it('does not end the hold of the next writer when it is called again', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.release();
    const next = await subject.storage.uploads.open(HOME, id);

    await held.release();

    const opening = subject.storage.uploads.open(HOME, id);
    await assert.rejects(opening, { kind: 'upload-busy' });
    assert.equal(await next.append(chunksOf(uniqueBytes(3))), 3);
    await next.release();
  });

  it('does nothing after commit', async () => {
    const { held, id, digest } = await committed(subject, uniqueBytes(10));

    await held.release();

    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
    assert.equal(await subject.storage.blobs.stat(HOME, digest), 10);
  });

  it('does nothing after discard', async () => {
    const { held, id } = await beginAndOpen(subject);
    await held.discard();

    await held.release();

    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
  });
}

/** Yields `bytes` in chunks of `size` that all use the same memory, as the chunks of a request body may. */
async function* inOneBuffer(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(size);
  for await (const chunk of chunksOf(bytes, size)) {
    memory.set(chunk);
    yield memory.subarray(0, chunk.byteLength);
  }
  memory.fill(0);
}

async function* emptyChunks(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(NOTHING);
  yield NOTHING;
}
