import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { RegistryError } from '../../src/domain/errors.js';
import { newUploadId } from '../../src/domain/upload-session.js';
import {
  buildImage,
  chunksOf,
  publish,
  repo,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';

const HOME = repo('team/app');
const STALE_AFTER_MS = 50;

/** The failure as a client gets it. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RegistryError)) throw new Error(`not refused: ${String(error)}`);
  const { kind, message, detail } = error;
  return JSON.parse(JSON.stringify({ kind, message, detail }));
}

async function openUpload(storage: Storage, bytes: Buffer) {
  const { id } = await storage.uploads.begin(HOME, 'sha256');
  const held = await storage.uploads.open(HOME, id);
  await held.append(chunksOf(bytes));
  return { id, held };
}

describe.each(['filesystem', 'memory'] as const)('a client of the %s storage', (driver) => {
  let path: string;
  let storage: Storage;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-'));
    storage =
      driver === 'memory'
        ? createMemoryStorage({ maxBytes: 1_000_000, staleAfterMs: STALE_AFTER_MS })
        : openFilesystemStorage({ path, staleAfterMs: STALE_AFTER_MS });
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  it('reads that the repository has no such upload', async () => {
    expect(await failureOf(storage.uploads.open(HOME, newUploadId()))).toEqual({
      kind: 'upload-unknown',
      message: 'the repository has no such upload',
      detail: { advice: 'it was completed, cancelled or has expired: begin a new one' },
    });
  });

  it('reads that another request is writing, and how far the upload is', async () => {
    const { id } = await openUpload(storage, uniqueBytes(700));

    expect(await failureOf(storage.uploads.open(HOME, id))).toEqual({
      kind: 'upload-busy',
      message: 'another request is writing to this upload',
      detail: { offset: 700 },
    });
  });

  it('reads that another request took over, and how far the upload is', async () => {
    const { id, held } = await openUpload(storage, uniqueBytes(700));
    await delay(2 * STALE_AFTER_MS);
    const next = await storage.uploads.open(HOME, id);
    await next.append(chunksOf(uniqueBytes(50)));

    expect(await failureOf(held.append(chunksOf(uniqueBytes(10))))).toEqual({
      kind: 'upload-offset',
      message: 'another request took over this upload',
      detail: { offset: 750 },
    });
    await next.release();
  });

  it('reads the expected and the actual digest of an upload', async () => {
    const bytes = uniqueBytes(700);
    const expected = Digest.of(uniqueBytes(1));
    const { held } = await openUpload(storage, bytes);

    expect(await failureOf(held.commit(expected))).toEqual({
      kind: 'digest-mismatch',
      message: 'the content has another digest',
      detail: { expected: `${expected}`, actual: `${Digest.of(bytes)}` },
    });
  });

  it('reads which content of a manifest is missing', async () => {
    const image = buildImage();
    const content = [image.config, ...image.layers].map((bytes) => `${Digest.of(bytes)}`);

    expect(await failureOf(publish(storage, HOME, image.bytes))).toEqual({
      kind: 'manifest-blob-unknown',
      message: 'the repository does not have content that the manifest references',
      detail: content,
    });
  });
});
