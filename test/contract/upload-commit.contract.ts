import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { chunksOf, pushBlob, readBlob, repo, uniqueBytes } from '../support/fixtures.js';
import { beginAndOpen, committed, HOME } from './held-session.js';
import { type Subject } from './storage-under-test.js';

const OTHER = repo('team/other');
const NOTHING = Buffer.alloc(0);

export function uploadCommitContract(subject: Subject): void {
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
