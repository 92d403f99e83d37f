import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type ByteRange } from '../../domain/byte-range.js';
import { type HeldUpload } from '../ports/upload-store.js';
import { chunksOf, pause, readAll, thenThrow, uniqueBytes } from './fixtures.js';
import { beginAndOpen, HOME } from './held-session.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const STALE_AFTER_MS = 300;

/** Takes the factory instead of a subject, because these tests need a shorter `staleAfterMs`. */
export function uploadReadContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory, { staleAfterMs: STALE_AFTER_MS });

  it('reads any range of the appended bytes', async () => {
    const bytes = uniqueBytes(700_000);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 300_001)));
    await held.append(chunksOf(bytes.subarray(300_001)));

    assert.equal(writtenOf(held), 700_000);
    const all = { start: 0, end: 699_999 };
    const atSeam = { start: 300_000, end: 300_001 };
    for (const range of [all, atSeam, { start: 0, end: 0 }, { start: 699_999, end: 699_999 }]) {
      const read = await readAll(readOf(held, range));
      assert.equal(read.equals(bytes.subarray(range.start, range.end + 1)), true);
    }
    await held.release();
  });

  it('reads the bytes written so far during an append', async () => {
    const bytes = uniqueBytes(500_000);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 1_000)));
    const wrong: number[] = [];

    await held.append(
      (async function* () {
        for await (const chunk of chunksOf(bytes.subarray(1_000))) {
          const end = writtenOf(held) - 1;
          const read = await readAll(readOf(held, { start: 0, end }));
          if (!read.equals(bytes.subarray(0, end + 1))) wrong.push(end);
          yield chunk;
        }
      })(),
    );
    await held.release();

    assert.deepEqual(wrong, []);
  });

  it('continues a read while more bytes are appended', async () => {
    const bytes = uniqueBytes(3_000_000);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 1_500_000)));
    const reading = readAll(readOf(held, { start: 10, end: 1_499_999 }));

    await held.append(chunksOf(bytes.subarray(1_500_000)));

    assert.equal((await reading).equals(bytes.subarray(10, 1_500_000)), true);
    await held.release();
  });

  it('throws a RangeError for a range beyond the written bytes', async () => {
    const { held } = await beginAndOpen(subject);
    await assert.rejects(readAll(readOf(held, { start: 0, end: 0 })), RangeError);
    await held.append(chunksOf(uniqueBytes(100)));

    await assert.rejects(readAll(readOf(held, { start: 0, end: 100 })), RangeError);
    await assert.rejects(readAll(readOf(held, { start: 200, end: 300 })), RangeError);
    await held.release();
  });

  it('reads the bytes that were kept after the source of an append threw', async () => {
    const bytes = uniqueBytes(100_000);
    const { held } = await beginAndOpen(subject);
    await held.append(thenThrow(bytes, new Error('cut'))).catch(() => undefined);

    const read = await readAll(readOf(held, { start: 0, end: 99_999 }));

    assert.equal(read.equals(bytes), true);
    await held.release();
  });

  it('never returns bytes that a failed append lost', async () => {
    const [kept, lost] = [uniqueBytes(1_000), uniqueBytes(2_000_000)];
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(kept));
    const reads: Promise<Buffer | undefined>[] = [];

    const appending = held.append(
      (async function* () {
        yield lost;
        const reading = slowly(readOf(held, { start: 0, end: writtenOf(held) - 1 }));
        reads.push(readAll(reading).catch(() => undefined));
        await pause(1.5 * STALE_AFTER_MS);
        const next = await subject.storage.uploads.open(HOME, id);
        await next.append(chunksOf(uniqueBytes(2_000_000)));
        yield uniqueBytes(10);
      })(),
    );

    await assert.rejects(appending, { kind: 'upload-offset' });
    await assert.rejects(readAll(readOf(held, { start: 0, end: 2_000_000 })));
    // A read that had not ended before fails.
    const expected = Buffer.concat([kept, lost]);
    for (const read of await Promise.all(reads)) {
      assert.equal(read?.equals(expected.subarray(0, read.byteLength)) ?? true, true);
    }
  });

  for (const end of ['commit', 'discard', 'release'] as const) {
    it(`continues a running read after ${end}, but begins no other`, async () => {
      const bytes = uniqueBytes(2_000_000);
      const { held } = await beginAndOpen(subject);
      await held.append(chunksOf(bytes));
      const reading = readOf(held, { start: 0, end: 1_999_999 })[Symbol.asyncIterator]();
      const first = Buffer.from((await reading.next()).value as Buffer);

      await (end === 'commit' ? held.commit(Digest.of(bytes)) : held[end]());

      const rest = await readAll({ [Symbol.asyncIterator]: () => reading });
      assert.equal(Buffer.concat([first, rest]).equals(bytes), true);
      await assert.rejects(readAll(readOf(held, { start: 0, end: 0 })));
    });
  }
}

function readOf(held: HeldUpload, range: ByteRange): AsyncIterable<Buffer> {
  return held.read?.(range) ?? assert.fail('the upload has no read');
}

function writtenOf({ written }: HeldUpload): number {
  return written ?? assert.fail('the upload has no written');
}

/** Waits after each chunk, so that others can change something before the next one is read. */
async function* slowly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    await pause(STALE_AFTER_MS);
  }
}
