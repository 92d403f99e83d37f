import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type HeldUpload } from '../ports/upload-store.js';
import { chunksOf, kindOf, pause, readBlob, uniqueBytes } from './fixtures.js';
import { beginAndOpen, HOME } from './held-session.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const STALE_AFTER_MS = 300;

/** Takes the factory instead of a subject, because these tests need a shorter `staleAfterMs`. */
export function uploadTakeoverContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory, { staleAfterMs: STALE_AFTER_MS });

  it('loses its hold to the next writer, which finds exactly the acknowledged bytes', async () => {
    const bytes = uniqueBytes(2_000);
    const { next, stalled } = await takeOver(subject, bytes.subarray(0, 1_500));

    assert.equal(next.offset, 1_500);
    assert.equal(await next.append(chunksOf(bytes.subarray(1_500))), 2_000);
    assert.equal(await next.commit(Digest.of(bytes)), 2_000);

    stalled.resume(uniqueBytes(700));
    await assert.rejects(stalled.appending, { kind: 'upload-offset' });
    assert.equal((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes), true);
  });

  it('cannot write any more when it continues during an append of the next writer', async () => {
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

    assert.equal(offset, 400_000);
    await assert.rejects(stalled.appending, { kind: 'upload-offset' });
    await next.commit(Digest.of(bytes));
    assert.equal((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes), true);
    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
  });

  it('can neither append nor commit after the next writer opened the session', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await pause(1.5 * STALE_AFTER_MS);
    const next = await subject.storage.uploads.open(HOME, id);

    const refused = { kind: 'upload-offset' };
    await assert.rejects(held.commit(Digest.of(bytes)), refused);
    await assert.rejects(held.append(chunksOf(uniqueBytes(10))), refused);

    assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(bytes)), undefined);
    await next.release();
  });

  it('cannot begin to write after the next writer opened the session', async () => {
    const { held, id } = await beginAndOpen(subject);
    await pause(1.5 * STALE_AFTER_MS);
    const next = await subject.storage.uploads.open(HOME, id);

    const refused = { kind: 'upload-offset' };
    await assert.rejects(held.append(chunksOf(uniqueBytes(10))), refused);

    assert.equal(await next.append(chunksOf(uniqueBytes(30))), 30);
    await next.release();
    assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 30);
  });

  it('leaves the bytes acknowledged before it stalled to the next writer', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await pause(1.5 * STALE_AFTER_MS);

    const next = await subject.storage.uploads.open(HOME, id);

    assert.equal(next.offset, 1_000);
    assert.equal(await next.commit(Digest.of(bytes)), 1_000);
  });

  it('does not affect the next writer by discard or release', async () => {
    const { held, id } = await beginAndOpen(subject);
    await pause(1.5 * STALE_AFTER_MS);
    const next = await subject.storage.uploads.open(HOME, id);

    await held.discard();
    await held.release();

    assert.equal(await next.append(chunksOf(uniqueBytes(40))), 40);
    await next.release();
    assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 40);
  });

  it('keeps its hold if no other writer opens the session', async () => {
    const bytes = uniqueBytes(100);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 60)));
    await pause(1.5 * STALE_AFTER_MS);

    assert.equal(await held.append(chunksOf(bytes.subarray(60))), 100);
    assert.equal(await held.commit(Digest.of(bytes)), 100);
  });

  it('keeps its hold as long as it writes', async () => {
    const { held, id } = await beginAndOpen(subject);
    const outcomes: unknown[] = [];

    await held.append(
      (async function* () {
        for (let chunk = 0; chunk < 15; chunk += 1) {
          yield uniqueBytes(100_000);
          await pause(STALE_AFTER_MS / 10);
        }
        outcomes.push(await subject.storage.uploads.open(HOME, id).catch(kindOf));
      })(),
    );
    await held.release();

    assert.deepEqual(outcomes, ['upload-busy']);
    assert.equal((await subject.storage.uploads.find(HOME, id))?.offset, 1_500_000);
  });
}

/** An append that has received some unacknowledged bytes, and receives more on `resume`. */
interface StalledAppend {
  readonly appending: Promise<number>;
  resume(bytes: Uint8Array): void;
}

/** Appends `acknowledged`, stalls a second writer in the middle of an append, and opens the session for a third one. */
async function takeOver(
  subject: StorageOfTest,
  acknowledged: Uint8Array,
): Promise<{ id: UploadId; next: HeldUpload; stalled: StalledAppend }> {
  const { id, held } = await beginAndOpen(subject);
  await held.append(chunksOf(acknowledged));
  await held.release();
  const stalled = await stallingAppend(await subject.storage.uploads.open(HOME, id));
  await pause(1.5 * STALE_AFTER_MS);
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
  // The caller awaits the rejection later; until then it must not be reported as unhandled.
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
