import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { chunksOf, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { type HeldUpload } from '../../../src/storage/ports/upload-store.js';

const READERS = 21;
const PIECE = 200 * 1024;

let path: string;
let storage: Storage;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'berth-upload-reads-'));
  const rest = { fsync: false, minFreeBytes: 0, touchAfterMs: 60_000 };
  storage = openFilesystemStorage({ path, ...rest });
});
afterEach(async () => {
  await storage.close();
  await rm(path, { recursive: true });
});

/** Reads a piece, and returns the memory that it was in. */
async function memoryOf(upload: HeldUpload): Promise<unknown> {
  let memory: unknown;
  for await (const piece of upload.read?.({ start: 0, end: PIECE - 1 }) ?? []) {
    memory = piece.buffer;
  }
  return memory;
}

describe('the reads of an upload that still grows', () => {
  it('use the memory of earlier ones, because clients of a mirror read many times a second', async () => {
    const { id } = await storage.uploads.begin(repo('a/b'), 'sha256');
    const upload = await storage.uploads.open(repo('a/b'), id);
    await upload.append(chunksOf(uniqueBytes(PIECE)));
    const seen = new Set<unknown>();

    for (let round = 0; round < 5; round++) {
      const memories = await Promise.all(Array.from({ length: READERS }, () => memoryOf(upload)));
      for (const memory of memories) seen.add(memory);
    }

    expect(seen.has(undefined)).toBe(false);
    expect(seen.size).toBeLessThanOrEqual(READERS);
    await upload.discard();
  });
});
