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

import { RegistryError } from '../../../domain/errors.js';
import { ignoreNotFound, hasCode } from '../../../files/errors.js';
import { syncDirectory } from '../../../files/sync-directory.js';
import { temporaryName } from './temporary-names.js';

/** The size of the cache of durable paths, in bytes: enough for about fifty thousand directories. */
const MAX_CACHED_BYTES = 16 * 1024 ** 2;

/** How many bytes a cache entry takes besides its path. */
const BYTES_PER_DIRECTORY = 200;

/** How many times a directory is created again after collectors removed it while it was empty. */
const MAX_ATTEMPTS = 10;

/**
 * Makes writes survive a power cut: the bytes of a file, its name, and all its parent directories.
 *
 * If `enabled` is false, nothing is forced to the disk and nothing is guaranteed.
 */
export class Durability {
  /** Path → identity of the directory whose name is durable. Collectors remove directories, and writers create them again. */
  private readonly durable: LRUCache<string, string>;
  private readonly waiting = new Map<string, Promise<void>>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly rootIdentity: string | undefined;

  constructor(
    private readonly enabled: boolean,
    private readonly root: string,
    maxCachedBytes = MAX_CACHED_BYTES,
  ) {
    this.rootIdentity = identify(root);
    this.durable = new LRUCache({
      maxSize: maxCachedBytes,
      sizeCalculation: (_, path) => BYTES_PER_DIRECTORY + path.length,
    });
  }

  /** Creates the directory `path` below the root, and makes its name and those of its parents durable. */
  async ensureDirectory(path: string): Promise<void> {
    for (let attempt = 1; (await this.tryDirectory(path)) === undefined; attempt++) {
      if (attempt === MAX_ATTEMPTS) throw new Error('collectors keep removing the directory');
    }
  }

  /** Resolves to the identity of the durable directory `path`, or to `undefined` if it or a parent was removed meanwhile. */
  private async tryDirectory(path: string): Promise<string | undefined> {
    if (path === this.root) return '';
    const found = identify(path);
    if (found !== undefined && this.durable.get(path) === found) return found;
    const parent = dirname(path);
    if ((await this.tryDirectory(parent)) === undefined) return undefined;
    if (parent === this.root) this.requireRoot();
    if (found === undefined && !(await makeDirectory(path))) return undefined;
    const identity = identify(path);
    await this.syncDirectory(parent);
    if (identity === undefined) return undefined;
    this.durable.set(path, identity);
    return identity;
  }

  /**
   * Checks that the root is still the directory that was opened: a write into a bare mount point must not be acknowledged.
   *
   * @throws RegistryError `storage-gone`
   */
  private requireRoot(): void {
    if (this.rootIdentity === undefined || identify(this.root) === this.rootIdentity) return;
    throw new RegistryError(
      'storage-gone',
      'the storage is gone: its directory was unmounted or replaced',
      { advice: 'try again when the operator of the registry has mounted it' },
    );
  }

  /** Runs `work`, which needs the directory `path`. Repeats it if a collector removed the empty directory meanwhile. */
  async inDirectory<T>(path: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const before = await this.tryDirectory(path);
      try {
        if (before !== undefined) return await work();
      } catch (error) {
        // If the directory is unchanged, the error is about something else.
        if (!hasCode(error, 'ENOENT') || identify(path) === before) throw error;
      }
      if (attempt === MAX_ATTEMPTS) throw new Error('collectors keep removing the directory');
    }
  }

  /** Makes all earlier changes of names in `path` durable. Concurrent callers share one fsync. */
  async syncDirectory(path: string): Promise<void> {
    if (!this.enabled) return;
    // A running sync may have begun before the caller's change, so only a waiting one can be shared.
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

  /** Writes a new file with durable bytes. Its name becomes durable with `syncDirectory`. */
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

  /** Copies a file and makes the bytes of the copy durable. */
  async copyFile(from: string, to: string): Promise<void> {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    const handle = await open(to, 'r+');
    await this.syncFile(handle).finally(() => handle.close());
  }

  /** Replaces the file at `path` atomically. The name becomes durable with `syncDirectory`. */
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

/** Removes `path` if it is an empty directory. Resolves to whether it did. */
export async function removeIfEmpty(path: string): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
    return false;
  }
}

/** Creates a directory unless it exists. Resolves to whether its parent exists. */
async function makeDirectory(path: string): Promise<boolean> {
  try {
    await mkdir(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    if (!hasCode(error, 'EEXIST')) throw error;
  }
  return true;
}

/** Syncs a directory. A directory that was removed meanwhile was empty, so it has no names to make durable. */
async function syncNames(path: string): Promise<void> {
  await syncDirectory(path).catch(ignoreNotFound);
}

/** Returns the identity of a directory. Synchronous for the same reason as `readSmallFile`. */
function identify(path: string): string | undefined {
  const found = statDirectory(path);
  // A file system may use the inode number of a removed directory again.
  return found && `${found.ino}:${found.birthtimeNs}`;
}

function statDirectory(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    return ignoreNotFound(error);
  }
}
