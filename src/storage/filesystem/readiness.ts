import { readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../files/errors.js';
import { type Durability } from './disk/durability.js';
import { type FreeSpace } from './disk/free-space.js';
import { temporaryName } from './disk/temporary-names.js';
import { FORMAT, UnusableDirectory } from './format.js';
import { type Layout } from './layout.js';

/** A disk that is nearly full may still take a few bytes. */
const PROBE_BYTES = 64 * 1024;

/**
 * Resolves if the store exists and can be read.
 *
 * @throws UnusableDirectory whose message says what is wrong
 */
export async function checkReadable({ root, format }: Layout): Promise<void> {
  const found = await readFile(format, 'utf8').catch(ignoreNotFound);
  if (found === FORMAT) return;
  throw new UnusableDirectory(`${root} no longer holds the store: is it still mounted?`);
}

/**
 * Resolves if a file can be written to the store, synced and renamed, as each push does.
 *
 * @throws UnusableDirectory whose message says what is wrong: not mounted, full, read-only, or not permitted
 */
export async function checkWritable(
  layout: Layout,
  durability: Durability,
  space: FreeSpace,
): Promise<void> {
  await checkReadable(layout);
  const { root } = layout;
  const probe = join(root, temporaryName());
  const renamed = join(root, temporaryName());
  try {
    await space.require(0);
    await durability.createFile(probe, Buffer.alloc(PROBE_BYTES));
    await rename(probe, renamed);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableDirectory(`${root} cannot be written: ${reason}`, { cause });
  } finally {
    for (const path of [probe, renamed]) await unlink(path).catch(() => undefined);
  }
}
