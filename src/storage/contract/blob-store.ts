import assert from 'node:assert/strict';

import { type Digest } from '../../domain/digest.js';
import { type OpenBlob } from '../ports/blob-store.js';
import { type Storage } from '../ports/storage.js';
import { collect, pushBlob, readAll, readBlob, repo, uniqueBytes } from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const THIRD = repo('third');

export function blobStoreContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe, it } = runner;
  const subject = storagePerTest(runner, factory);

  describe('stat', () => {
    it('returns the size in bytes', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(1_234));

      assert.equal(await subject.storage.blobs.stat(HOME, digest), 1_234);
    });

    it('returns 0, not undefined, for the empty blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, Buffer.alloc(0));

      assert.equal(await subject.storage.blobs.stat(HOME, digest), 0);
    });

    it('returns undefined when the repository does not claim the blob, even if another does', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.stat(OTHER, digest), undefined);
      assert.equal(await subject.storage.blobs.stat(repo('team'), digest), undefined);
      assert.equal(await subject.storage.blobs.stat(repo('team/app/sub'), digest), undefined);
    });

    it('finds a blob by the digest it was committed with, not by a digest of another algorithm', async () => {
      const bytes = uniqueBytes(10);
      const sha512 = await pushBlob(subject.storage, HOME, bytes, 'sha512');

      assert.equal(await subject.storage.blobs.stat(HOME, sha512), 10);
      const sha256 = await pushBlob(subject.storage, OTHER, bytes, 'sha256');
      assert.equal(await subject.storage.blobs.stat(HOME, sha256), undefined);
    });
  });

  describe('open', () => {
    it('returns undefined when the repository does not claim the blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.open(OTHER, digest), undefined);
    });

    it('reads the bytes that were pushed', async () => {
      const bytes = uniqueBytes(300_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      assert.equal((await readBlob(subject.storage, HOME, digest))?.equals(bytes), true);
    });

    it('opens the empty blob with size 0', async () => {
      const digest = await pushBlob(subject.storage, HOME, Buffer.alloc(0));
      const blob = await opened(subject.storage, digest);

      assert.equal(blob.size, 0);
      await blob.close();
    });

    for (const { name, start, end } of [
      { name: 'the first byte', start: 0, end: 0 },
      { name: 'the last byte', start: 2_499_999, end: 2_499_999 },
      { name: 'some bytes in the middle', start: 500, end: 1_499 },
      { name: 'a range of more than a mebibyte', start: 1_048_575, end: 2_097_153 },
      { name: 'all bytes but the first and the last', start: 1, end: 2_499_998 },
    ]) {
      it(`reads ${name} of a blob of 2,500,000 bytes`, async () => {
        const bytes = uniqueBytes(2_500_000);
        const digest = await pushBlob(subject.storage, HOME, bytes);

        const part = await readBlob(subject.storage, HOME, digest, { start, end });

        assert.equal(part?.equals(bytes.subarray(start, end + 1)), true);
      });
    }

    it('reads several ranges of one open blob, in any order', async () => {
      const bytes = uniqueBytes(5_000);
      const blob = await opened(subject.storage, await pushBlob(subject.storage, HOME, bytes));

      const late = await readAll(blob.read({ start: 4_000, end: 4_999 }));
      const early = await readAll(blob.read({ start: 0, end: 99 }));
      const whole = blob.whole ?? (await readAll(blob.read({ start: 0, end: 4_999 })));
      await blob.close();

      assert.equal(bytes.equals(whole), true);
      assert.equal(late.equals(bytes.subarray(4_000)), true);
      assert.equal(early.equals(bytes.subarray(0, 100)), true);
    });

    it('lets a reader stop early and read again', async () => {
      const bytes = uniqueBytes(3_000_000);
      const blob = await opened(subject.storage, await pushBlob(subject.storage, HOME, bytes));

      for await (const chunk of blob.read({ start: 0, end: blob.size - 1 })) {
        assert.ok(chunk.byteLength > 0);
        break;
      }
      const all = await readAll(blob.read({ start: 0, end: blob.size - 1 }));
      await blob.close();

      assert.equal(all.equals(bytes), true);
    });

    it('serves readers of the same blob at the same time', async () => {
      const bytes = uniqueBytes(3_000_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      const reads = Array.from({ length: 8 }, () => readBlob(subject.storage, HOME, digest));

      for (const read of await Promise.all(reads)) assert.equal(read?.equals(bytes), true);
    });

    it('throws when the range goes beyond the end of the blob', async () => {
      const blob = await opened(
        subject.storage,
        await pushBlob(subject.storage, HOME, uniqueBytes(100)),
      );

      await assert.rejects(readAll(blob.read({ start: 50, end: 100 })));
      await blob.close();
    });

    it('throws for a read after the blob was closed', async () => {
      const blob = await opened(
        subject.storage,
        await pushBlob(subject.storage, HOME, uniqueBytes(100)),
      );
      await blob.close();

      await assert.rejects(readAll(blob.read({ start: 0, end: 99 })));
    });

    it('keeps an open blob readable to its end, even if the last claim is removed meanwhile', async () => {
      const bytes = uniqueBytes(3_000_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);
      const blob = await opened(subject.storage, digest);
      const reading = blob.read({ start: 0, end: blob.size - 1 })[Symbol.asyncIterator]();
      const first = await reading.next();
      const head = Buffer.from((first.done === true ? undefined : first.value) ?? []);

      await subject.storage.blobs.unlink(HOME, digest);

      const rest = await readAll({ [Symbol.asyncIterator]: () => reading });
      await blob.close();
      assert.equal(Buffer.concat([head, rest]).equals(bytes), true);
    });
  });

  describe('link', () => {
    it('makes the target claim the blob of the source', async () => {
      const bytes = uniqueBytes(1_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);

      assert.equal(await subject.storage.blobs.link(OTHER, digest, HOME), true);

      assert.equal(await subject.storage.blobs.stat(OTHER, digest), 1_000);
      assert.equal((await readBlob(subject.storage, OTHER, digest))?.equals(bytes), true);
    });

    it('keeps the claim of the source', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      await subject.storage.blobs.link(OTHER, digest, HOME);

      assert.equal(await subject.storage.blobs.stat(HOME, digest), 10);
    });

    it('returns true when the target already has the blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      await subject.storage.blobs.link(OTHER, digest, HOME);

      assert.equal(await subject.storage.blobs.link(OTHER, digest, HOME), true);
      assert.equal(await subject.storage.blobs.stat(OTHER, digest), 10);
    });

    it('returns true when only the target has the blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.link(HOME, digest, OTHER), true);
      assert.equal(await subject.storage.blobs.stat(OTHER, digest), undefined);
    });

    it('returns false and claims nothing when neither source nor target has the blob, even if another repository has it', async () => {
      const digest = await pushBlob(subject.storage, THIRD, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.link(OTHER, digest, HOME), false);
      assert.equal(await subject.storage.blobs.stat(OTHER, digest), undefined);
    });

    it('returns whether a repository that is both target and source has the blob', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.link(HOME, digest, HOME), true);
      assert.equal(await subject.storage.blobs.link(OTHER, digest, OTHER), false);
      assert.equal(await subject.storage.blobs.stat(HOME, digest), 10);
    });
  });

  describe('unlink', () => {
    it('removes the claim at once', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.unlink(HOME, digest), true);

      assert.equal(await subject.storage.blobs.stat(HOME, digest), undefined);
      assert.equal(await subject.storage.blobs.open(HOME, digest), undefined);
    });

    it('keeps the claims of other repositories that share the blob', async () => {
      const bytes = uniqueBytes(1_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);
      await subject.storage.blobs.link(OTHER, digest, HOME);

      await subject.storage.blobs.unlink(HOME, digest);

      assert.equal((await readBlob(subject.storage, OTHER, digest))?.equals(bytes), true);
      assert.equal(await subject.storage.blobs.link(THIRD, digest, HOME), false);
      assert.equal(await subject.storage.blobs.link(THIRD, digest, OTHER), true);
    });

    it('keeps the claims on other blobs', async () => {
      const gone = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      const kept = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      await subject.storage.blobs.unlink(HOME, gone);

      assert.equal(await subject.storage.blobs.stat(HOME, kept), 10);
    });

    it('returns false without a claim, even if another repository has one', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));

      assert.equal(await subject.storage.blobs.unlink(OTHER, digest), false);
      assert.equal(await subject.storage.blobs.unlink(HOME, digest), true);
      assert.equal(await subject.storage.blobs.unlink(HOME, digest), false);
    });

    it('lets the same blob be pushed again', async () => {
      const bytes = uniqueBytes(1_000);
      const digest = await pushBlob(subject.storage, HOME, bytes);
      await subject.storage.blobs.unlink(HOME, digest);

      await pushBlob(subject.storage, HOME, bytes);

      assert.equal((await readBlob(subject.storage, HOME, digest))?.equals(bytes), true);
    });
  });

  describe('holders', () => {
    it('lists the repositories that claim the blob, each once, and no others', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await pushBlob(subject.storage, THIRD, uniqueBytes(10));
      await subject.storage.blobs.link(OTHER, digest, HOME);
      await subject.storage.blobs.link(OTHER, digest, HOME);

      const holders = await collect(subject.storage.blobs.holders(digest));

      assert.deepEqual(holders.sort(), [HOME, OTHER]);
    });

    it('leaves out a repository whose claim was removed', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.blobs.link(OTHER, digest, HOME);

      await subject.storage.blobs.unlink(HOME, digest);

      assert.deepEqual(await collect(subject.storage.blobs.holders(digest)), [OTHER]);
    });

    it('is empty for a blob that no repository claims any more', async () => {
      const digest = await pushBlob(subject.storage, HOME, uniqueBytes(10));
      await subject.storage.blobs.unlink(HOME, digest);

      assert.deepEqual(await collect(subject.storage.blobs.holders(digest)), []);
    });
  });
}

async function opened(storage: Storage, digest: Digest): Promise<OpenBlob> {
  const blob = await storage.blobs.open(HOME, digest);
  if (blob === undefined) throw new Error('the blob that was just pushed does not exist');
  return blob;
}
