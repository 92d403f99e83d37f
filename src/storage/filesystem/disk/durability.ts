import { statSync, type BigIntStats } from 'node:fs';
import {
  constants,
  copyFile,
  mkdir,
  open,
  rename,
  rmdir,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { LRUCache } from 'lru-cache';

import { ignoreNotFound, hasCode } from '../../../files/errors.js';
import { temporaryName } from '../names.js';

/** How many bytes of paths are cached as durable: some fifty thousand directories. */
const MAX_CACHED_BYTES = 16 * 1024 ** 2;

/** How many bytes an entry takes besides its path. */
const BYTES_PER_DIRECTORY = 200;

/** How often a directory is made again that collectors find empty and remove. */
const MAX_ATTEMPTS = 10;

/**
 * Writes that are still there after the power goes: a file's bytes, its name, and every directory that leads to it.
 *
 * With `enabled` false nothing is forced to the disk, and nothing is promised.
 */
export class Durability {
  /** Path → identity of the directory when its name was made durable: collectors remove directories, writers make them again. */
  private readonly durable: LRUCache<string, string>;
  private readonly waiting = new Map<string, Promise<void>>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly enabled: boolean,
    private readonly root: string,
    maxCachedBytes = MAX_CACHED_BYTES,
  ) {
    this.durable = new LRUCache({
      maxSize: maxCachedBytes,
      sizeCalculation: (_, path) => BYTES_PER_DIRECTORY + path.length,
    });
  }

  /** Makes `path`, a directory below the root, and the names of all its ancestors durable. */
  async ensureDirectory(path: string): Promise<void> {
    for (let attempt = 1; (await this.tryDirectory(path)) === undefined; attempt++) {
      if (attempt === MAX_ATTEMPTS) throw new Error('a directory is removed again and again');
    }
  }

  /** Which directory `path` is, once it is durable, or `undefined` when it, or one above it, was removed meanwhile. */
  private async tryDirectory(path: string): Promise<string | undefined> {
    if (path === this.root) return '';
    const found = identify(path);
    if (found !== undefined && this.durable.get(path) === found) return found;
    const parent = dirname(path);
    if ((await this.tryDirectory(parent)) === undefined) return undefined;
    if (found === undefined && !(await makeDirectory(path))) return undefined;
    const identity = identify(path);
    await this.syncDirectory(parent);
    if (identity === undefined) return undefined;
    this.durable.set(path, identity);
    return identity;
  }

  /** Does `work`, which needs the directory `path`, again when a collector removed the empty directory meanwhile. */
  async inDirectory<T>(path: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const before = await this.tryDirectory(path);
      try {
        if (before !== undefined) return await work();
      } catch (error) {
        // In the same directory something else is missing; another one has been made since by somebody else.
        if (!hasCode(error, 'ENOENT') || identify(path) === before) throw error;
      }
      if (attempt === MAX_ATTEMPTS) throw new Error('a directory is removed again and again');
    }
  }

  /** Makes all changes of names in `path` durable that were made before the call. Callers at one time share one fsync. */
  async syncDirectory(path: string): Promise<void> {
    if (!this.enabled) return;
    // One that is under way may have begun before the caller's change; one that waits has not.
    let next = this.waiting.get(path);
    if (next === undefined) {
      next = this.afterRunning(path);
      this.waiting.set(path, next);
    }
    await next;
  }

  /** Makes the bytes written through `handle` durable. */
  async syncFile(handle: FileHandle): Promise<void> {
    if (this.enabled) await handle.datasync();
  }

  /** Writes a new file whose bytes are durable; its name is so only after `syncDirectory`. */
  async createFile(path: string, bytes: Uint8Array): Promise<void> {
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(bytes);
      await this.syncFile(handle);
    } catch (error) {
      await unlink(path).catch(ignoreNotFound);
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Copies a file; the bytes of the copy are durable. */
  async copyFile(from: string, to: string): Promise<void> {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    const handle = await open(to, 'r+');
    await this.syncFile(handle).finally(() => handle.close());
  }

  /** Puts `bytes` at `path` in one step for every reader; the name is durable only after `syncDirectory`. */
  async replaceFile(path: string, bytes: Uint8Array): Promise<void> {
    const directory = dirname(path);
    await this.inDirectory(directory, async () => {
      const temporary = join(directory, temporaryName());
      await this.createFile(temporary, bytes);
      await rename(temporary, path).catch(async (error: unknown) => {
        await unlink(temporary).catch(ignoreNotFound);
        throw error;
      });
    });
  }

  private async afterRunning(path: string): Promise<void> {
    await this.running.get(path)?.catch(() => undefined);
    const sync = syncNames(path);
    this.waiting.delete(path);
    this.running.set(path, sync);
    try {
      await sync;
    } finally {
      if (this.running.get(path) === sync) this.running.delete(path);
    }
  }
}

/** Removes `path` if it is an empty directory, and does nothing else. */
export async function removeIfEmpty(path: string): Promise<void> {
  await rmdir(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
  });
}

/** Makes a directory that may be there already. Answers whether the one above it was there. */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return true;
}

/** A directory that was removed meanwhile was empty: of its names nothing is left to be made durable. */
async function syncNames(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(ignoreNotFound);
  if (directory === undefined) return;
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Synchronous, as `readSmallFile` is and for its reason. */
function identify(path: string): string | undefined {
  const found = statDirectory(path);
  // A file system may give the inode number of a removed directory to the next one.
  return found && `${found.ino}:${found.birthtimeNs}`;
}

function statDirectory(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    return ignoreNotFound(error);
  }
}
