import { describe, expect, it } from '@jest/globals';

import { type Digest } from '../../src/domain/digest.js';
import { type OpenBlob } from '../../src/storage/ports/blob-store.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import { collect, pushBlob, readAll, readBlob, repo, uniqueBytes } from '../support/fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const THIRD = repo('third');

export function blobStoreContract(factory: StorageFactory): void {
  const subject = storagePerTest(factory);

  describe('stat', () => {
    it('answers the size in bytes', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(1_234));

      expect(await subject.storage.blobs.stat(HOME, digest)).toBe(1_234);
    });

    it('answers 0, not undefined, for the empty blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, Buffer.alloc(0));

      expect(await subject.storage.blobs.stat(HOME, digest)).toBe(0);
    });

    it('answers undefined when the repository does not claim the blob, whoever else does', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      expect(await subject.storage.blobs.stat(OTHER, digest)).toBeUndefined();
      expect(await subject.storage.blobs.stat(repo('team'), digest)).toBeUndefined();
      expect(await subject.storage.blobs.stat(repo('team/app/sub'), digest)).toBeUndefined();
    });

    it('knows a blob by the digest it was committed with, not by one of another algorithm', async () => {
      const bytes = uniqueBytes(10);
      const sha512 = await pushBlob(subject.storage, HOME, bytes, 'sha512');

      expect(await subject.storage.blobs.stat(HOME, sha512)).toBe(10);
      const sha256 = await pushBlob(subject.storage, OTHER, bytes, 'sha256');
      expect(await subject.storage.blobs.stat(HOME, sha256)).toBeUndefined();
    });
  });

  describe('open', () => {
    it('answers undefined when the repository does not claim the blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      expect(await subject.storage.blobs.open(OTHER, digest)).toBeUndefined();
    });

    it('reads the bytes that were pushed', async () => {
      const bytes = uniqueBytes(300_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      expect((await readBlob(subject.storage, HOME, digest))?.equals(bytes)).toBe(true);
    });

    it('opens the empty blob with size 0', async () => {
      const digest = await pushBlob(subject.storage, HOME, Buffer.alloc(0));
      const blob = await opened(subject.storage, digest);

      expect(blob.size).toBe(0);
      await blob.close();
    });

    it.each([
      { name: 'the first byte', start: 0, end: 0 },
      { name: 'the last byte', start: 2_499_999, end: 2_499_999 },
      { name: 'some bytes within', start: 500, end: 1_499 },
      { name: 'a range over a mebibyte', start: 1_048_575, end: 2_097_153 },
      { name: 'all but the ends', start: 1, end: 2_499_998 },
    ])('reads $name of a blob of 2,500,000 bytes', async ({ start, end }) => {
      const bytes = uniqueBytes(2_500_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      const part = await readBlob(subject.storage, HOME, digest, { start, end });

      expect(part?.equals(bytes.subarray(start, end + 1))).toBe(true);
    });

    it('reads several ranges of one open blob, in any order', async () => {
      const bytes = uniqueBytes(5_000);
      const blob = await opened(subject.storage, await pushBlob(subject.storage, HOME, bytes));

      const late = await readAll(blob.read({ start: 4_000, end: 4_999 }));
      const early = await readAll(blob.read({ start: 0, end: 99 }));
      await blob.close();

      expect(late.equals(bytes.subarray(4_000))).toBe(true);
      expect(early.equals(bytes.subarray(0, 100))).toBe(true);
    });

    it('lets a reader stop early and read again', async () => {
      const bytes = uniqueBytes(3_000_000);
      const blob = await opened(subject.storage, await pushBlob(subject.storage, HOME, bytes));

      for await (const chunk of blob.read({ start: 0, end: blob.size - 1 })) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
      const all = await readAll(blob.read({ start: 0, end: blob.size - 1 }));
      await blob.close();

      expect(all.equals(bytes)).toBe(true);
    });

    it('serves readers of the same blob at the same time', async () => {
      const bytes = uniqueBytes(3_000_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      const reads = Array.from({ length: 8 }, () => readBlob(subject.storage, HOME, digest));

      for (const read of await Promise.all(reads)) expect(read?.equals(bytes)).toBe(true);
    });

    it('throws when fewer bytes are there than the range promises', async () => {
      const blob = await opened(
        subject.storage,
        await pushBlob(subject.storage, HOME, uniqueBytes(100)),
      );

      await expect(readAll(blob.read({ start: 50, end: 100 }))).rejects.toThrow();
      await blob.close();
    });

    it('reads nothing more once it is closed', async () => {
      const blob = await opened(
        subject.storage,
        await pushBlob(subject.storage, HOME, uniqueBytes(100)),
      );
      await blob.close();

      await expect(readAll(blob.read({ start: 0, end: 99 }))).rejects.toThrow();
    });

    it('keeps what is open readable to its end, even when the last claim goes meanwhile', async () => {
      const bytes = uniqueBytes(3_000_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);
      const blob = await opened(subject.storage, digest);
      const reading = blob.read({ start: 0, end: blob.size - 1 })[Symbol.asyncIterator]();
      const first = await reading.next();
      const head = Buffer.from((first.done === true ? undefined : first.value) ?? []);

      await subject.storage.blobs.unlink(HOME, digest);

      const rest = await readAll({ [Symbol.asyncIterator]: () => reading });
      await blob.close();
      expect(Buffer.concat([head, rest]).equals(bytes)).toBe(true);
    });
  });

  describe('link', () => {
    it('makes the target claim what the source claims', async () => {
      const bytes = uniqueBytes(1_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      expect(await subject.storage.blobs.link(OTHER, digest, HOME)).toBe(true);

      expect(await subject.storage.blobs.stat(OTHER, digest)).toBe(1_000);
      expect((await readBlob(subject.storage, OTHER, digest))?.equals(bytes)).toBe(true);
    });

    it('leaves the claim of the source', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      await subject.storage.blobs.link(OTHER, digest, HOME);

      expect(await subject.storage.blobs.stat(HOME, digest)).toBe(10);
    });

    it('is true again when the target has the blob already', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      await subject.storage.blobs.link(OTHER, digest, HOME);

      expect(await subject.storage.blobs.link(OTHER, digest, HOME)).toBe(true);
      expect(await subject.storage.blobs.stat(OTHER, digest)).toBe(10);
    });

    it('is true when the target has the blob and the source has not', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      expect(await subject.storage.blobs.link(HOME, digest, OTHER)).toBe(true);
      expect(await subject.storage.blobs.stat(OTHER, digest)).toBeUndefined();
    });

    it('is false, and claims nothing, when the source lacks the blob, whoever else has it', async () => {
      const digest = await pushBlob(subject.storage, THIRD, uniqueBytes(10));

      expect(await subject.storage.blobs.link(OTHER, digest, HOME)).toBe(false);
      expect(await subject.storage.blobs.stat(OTHER, digest)).toBeUndefined();
    });

    it('answers whether the repository has the blob when it is both target and source', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      expect(await subject.storage.blobs.link(HOME, digest, HOME)).toBe(true);
      expect(await subject.storage.blobs.link(OTHER, digest, OTHER)).toBe(false);
      expect(await subject.storage.blobs.stat(HOME, digest)).toBe(10);
    });
  });

  describe('unlink', () => {
    it('takes the claim away at once', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      expect(await subject.storage.blobs.unlink(HOME, digest)).toBe(true);

      expect(await subject.storage.blobs.stat(HOME, digest)).toBeUndefined();
      expect(await subject.storage.blobs.open(HOME, digest)).toBeUndefined();
    });

    it('takes no other claim, not even that of the repository the blob was linked from', async () => {
      const bytes = uniqueBytes(1_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);
      await subject.storage.blobs.link(OTHER, digest, HOME);

      await subject.storage.blobs.unlink(HOME, digest);

      expect((await readBlob(subject.storage, OTHER, digest))?.equals(bytes)).toBe(true);
      expect(await subject.storage.blobs.link(THIRD, digest, HOME)).toBe(false);
      expect(await subject.storage.blobs.link(THIRD, digest, OTHER)).toBe(true);
    });

    it('takes no claim on another blob', async () => {
      const gone = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      const kept = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      await subject.storage.blobs.unlink(HOME, gone);

      expect(await subject.storage.blobs.stat(HOME, kept)).toBe(10);
    });

    it('answers false when there was no claim, whoever else has one', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      expect(await subject.storage.blobs.unlink(OTHER, digest)).toBe(false);
      expect(await subject.storage.blobs.unlink(HOME, digest)).toBe(true);
      expect(await subject.storage.blobs.unlink(HOME, digest)).toBe(false);
    });

    it('lets the same blob be pushed again', async () => {
      const bytes = uniqueBytes(1_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);
      await subject.storage.blobs.unlink(HOME, digest);

      await pushBlob(subject.storage, HOME, bytes);

      expect((await readBlob(subject.storage, HOME, digest))?.equals(bytes)).toBe(true);
    });
  });

  describe('holders', () => {
    it('lists the repositories that claim the blob, each once, and no others', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await pushBlob(subject.storage, THIRD, uniqueBytes(10));
      await subject.storage.blobs.link(OTHER, digest, HOME);
      await subject.storage.blobs.link(OTHER, digest, HOME);

      const holders = await collect(subject.storage.blobs.holders(digest));

      expect(holders.sort()).toEqual([HOME, OTHER]);
    });

    it('leaves out a repository whose claim is gone', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.blobs.link(OTHER, digest, HOME);

      await subject.storage.blobs.unlink(HOME, digest);

      expect(await collect(subject.storage.blobs.holders(digest))).toEqual([OTHER]);
    });

    it('is empty for a blob that nobody has any more', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.blobs.unlink(HOME, digest);

      expect(await collect(subject.storage.blobs.holders(digest))).toEqual([]);
    });
  });
}

async function opened(storage: Storage, digest: Digest): Promise<OpenBlob> {
  const blob = await storage.blobs.open(HOME, digest);
  if (blob === undefined) throw new Error('the blob that was just pushed is not there');
  return blob;
}
