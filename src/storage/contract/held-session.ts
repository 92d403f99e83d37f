import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type HeldUpload } from '../ports/upload-store.js';
import { chunksOf, repo } from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';

export const HOME = repo('team/app');

/** A session with the writer that holds it. */
export interface HeldSession {
  readonly id: UploadId;
  readonly held: HeldUpload;
}

/** Begins a session in `HOME` and opens it. */
export async function beginAndOpen({ storage }: StorageOfTest): Promise<HeldSession> {
  const { id } = await storage.uploads.begin(HOME, 'sha256');
  return { id, held: await storage.uploads.open(HOME, id) };
}

/** Uploads `bytes` into `HOME` and commits them. */
export async function committed(
  subject: StorageOfTest,
  bytes: Buffer,
): Promise<HeldSession & { digest: Digest }> {
  const { id, held } = await beginAndOpen(subject);
  const digest = Digest.of(bytes);
  await held.append(chunksOf(bytes));
  assert.equal(await held.commit(digest), bytes.byteLength);
  return { id, held, digest };
}
