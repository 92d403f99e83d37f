import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../files/errors.js';
import { FORMAT, UnusableDirectory } from './format.js';
import { type Layout } from './layout.js';
import { temporaryName } from './disk/temporary-names.js';

/**
 * Resolves if the store exists and a file can be written to it.
 *
 * @throws UnusableDirectory whose message says what is wrong: not mounted, full, read-only, or not permitted
 */
export async function checkReady({ root, format }: Layout): Promise<void> {
  const found = await readFile(format, 'utf8').catch(ignoreNotFound);
  if (found !== FORMAT) {
    throw new UnusableDirectory(`${root} no longer holds the store: is it still mounted?`);
  }
  const probe = join(root, temporaryName());
  try {
    await writeFile(probe, FORMAT, { flag: 'wx' });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UnusableDirectory(`${root} cannot be written: ${reason}`, { cause });
  } finally {
    await unlink(probe).catch(ignoreNotFound);
  }
}
