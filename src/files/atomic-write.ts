import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { ignoreNotFound } from './errors.js';
import { syncDirectory } from './sync-directory.js';

/**
 * Replaces the file at `path` in one step: a reader sees the old content or the new content, never a part. When this resolves, the
 * content and the name survive a power cut.
 *
 * @param mode the mode of the new file, as in `chmod`
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}~`;
  try {
    await writeDurably(temporary, content, mode);
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(ignoreNotFound);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Makes a directory with its missing parents. When this resolves, their names survive a power cut. */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode });
  if (first === undefined) return;
  const end = resolve(dirname(first));
  for (let parent = resolve(dirname(path)); ; parent = dirname(parent)) {
    await syncDirectory(parent);
    if (parent === end) return;
  }
}

async function writeDurably(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
