/**
 * Measures how long a deletion takes in a repository with many indexes, which it must look through.
 *
 *   npm run measure:delete [INDEXES]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Digest } from '../src/domain/digest.js';
import type * as Fixtures from '../src/storage/contract/fixtures.js';
import type * as StorageModule from '../src/storage/filesystem/filesystem-storage.js';

// The built code.
const dist = join(import.meta.dirname, '../dist/storage');
const { openFilesystemStorage } = (await import(
  join(dist, 'filesystem/filesystem-storage.js')
)) as typeof StorageModule;
const { buildIndex, publish, pushImage, repo } = (await import(
  join(dist, 'contract/fixtures.js')
)) as typeof Fixtures;

const HOME = repo('team/app');
const DELETIONS = 3;

async function main(count: number): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'berth-delete-'));
  try {
    const listed = await fill(path, count);
    const rows: Record<string, string> = {};
    // Another storage on the same files knows nothing of their content yet.
    const { manifests } = openFilesystemStorage({ path });
    for (let round = 1; round <= DELETIONS; round++) {
      const { digest } = await pushImage(openFilesystemStorage({ path, fsync: false }), HOME);
      const begin = performance.now();
      await manifests.remove(HOME, digest, { unlessListed: { keepUntagged: false } });
      rows[`deletion ${round}`] = since(begin);
    }
    const begin = performance.now();
    await manifests
      .remove(HOME, listed, { unlessListed: { keepUntagged: false } })
      .catch(() => undefined);
    rows['refusal'] = since(begin);
    console.log(`a repository with ${count} indexes of two images each`);
    console.table(rows);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

/** Publishes the indexes, and resolves to a manifest that they list. */
async function fill(path: string, count: number): Promise<Digest> {
  const storage = openFilesystemStorage({ path, fsync: false });
  const images = [await pushImage(storage, HOME), await pushImage(storage, HOME)];
  for (let index = 0; index < count; index++) {
    const { bytes } = buildIndex(images.map(({ descriptor }) => descriptor));
    await publish(storage, HOME, bytes, { tags: [`t${index}`] });
  }
  const [image] = images;
  if (image === undefined) throw new Error('no image was pushed');
  return image.digest;
}

function since(begin: number): string {
  return `${(performance.now() - begin).toFixed(0)} ms`;
}

await main(Number(process.argv[2] ?? 10_000));
