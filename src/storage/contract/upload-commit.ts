import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { chunksOf, pushBlob, readBlob, repo, uniqueBytes } from './fixtures.js';
import { beginAndOpen, committed, HOME } from './held-session.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const OTHER = repo('team/other');
const NOTHING = Buffer.alloc(0);

export function uploadCommitContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  for (const { announced, asked } of [
    { announced: 'sha256', asked: 'sha256' },
    { announced: 'sha256', asked: 'sha512' },
    { announced: 'sha512', asked: 'sha256' },
    { announced: 'sha512', asked: 'sha512' },
  ] as const) {
    it(`creates a blob under the ${asked} digest of an upload that was begun with ${announced}`, async () => {
      const bytes = uniqueBytes(3_000_000);
      const { id } = await subject.storage.uploads.begin(HOME, announced);
      const held = await subject.storage.uploads.open(HOME, id);
      await held.append(chunksOf(bytes));
      const digest = Digest.of(bytes, asked);

      assert.equal(await held.commit(digest), 3_000_000);

      assert.equal((await readBlob(subject.storage, HOME, digest))?.equals(bytes), true);
    });
  }

  it('ends the session', async () => {
    const { id } = await committed(subject, uniqueBytes(10));

    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
    const opening = subject.storage.uploads.open(HOME, id);
    await assert.rejects(opening, { kind: 'upload-unknown' });
  });

  it('creates a blob only in the repository of the session', async () => {
    const { digest } = await committed(subject, uniqueBytes(10));

    assert.equal(await subject.storage.blobs.stat(HOME, digest), 10);
    assert.equal(await subject.storage.blobs.stat(OTHER, digest), undefined);
  });

  it('is necessary before the blob is visible', async () => {
    const bytes = uniqueBytes(10);
    const { held } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));

    assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(bytes)), undefined);
    await held.discard();
  });

  for (const algorithm of ['sha256', 'sha512'] as const) {
    it(`creates the empty blob from a session without bytes by ${algorithm}`, async () => {
      const { held } = await beginAndOpen(subject);

      assert.equal(await held.commit(Digest.of(NOTHING, algorithm)), 0);

      assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(NOTHING, algorithm)), 0);
    });
  }

  it('succeeds for a blob that the repository already has', async () => {
    const bytes = uniqueBytes(2_000);
    const digest = await pushBlob(subject.storage, HOME, bytes);

    const { id } = await committed(subject, bytes);

    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
    assert.equal((await readBlob(subject.storage, HOME, digest))?.equals(bytes), true);
  });

  it('claims a blob that only another repository had', async () => {
    const bytes = uniqueBytes(2_000);
    const digest = await pushBlob(subject.storage, OTHER, bytes);

    await committed(subject, bytes);
    await subject.storage.blobs.unlink(OTHER, digest);

    assert.equal((await readBlob(subject.storage, HOME, digest))?.equals(bytes), true);
  });

  for (const algorithm of ['sha256', 'sha512'] as const) {
    it(`throws digest-mismatch for a wrong ${algorithm} digest, and creates no blob`, async () => {
      const bytes = uniqueBytes(1_000);
      const wrong = Digest.of(uniqueBytes(1_000), algorithm);
      const { held } = await beginAndOpen(subject);
      await held.append(chunksOf(bytes));

      await assert.rejects(held.commit(wrong), { kind: 'digest-mismatch' });

      assert.equal(await subject.storage.blobs.stat(HOME, wrong), undefined);
      assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(bytes)), undefined);
      await held.release();
    });
  }

  it('keeps the session and its hold on a mismatch', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes.subarray(0, 400)));
    await held.commit(Digest.of(bytes)).catch(() => undefined);

    assert.equal(held.offset, 400);
    const opening = subject.storage.uploads.open(HOME, id);
    await assert.rejects(opening, { kind: 'upload-busy' });

    assert.equal(await held.append(chunksOf(bytes.subarray(400))), 1_000);
    assert.equal(await held.commit(Digest.of(bytes)), 1_000);
  });

  it('succeeds for the next writer after a mismatch', async () => {
    const bytes = uniqueBytes(1_000);
    const { held, id } = await beginAndOpen(subject);
    await held.append(chunksOf(bytes));
    await held.commit(Digest.of(NOTHING)).catch(() => undefined);
    await held.release();

    const next = await subject.storage.uploads.open(HOME, id);
    await next.commit(Digest.of(bytes));

    assert.equal((await readBlob(subject.storage, HOME, Digest.of(bytes)))?.equals(bytes), true);
  });
}
