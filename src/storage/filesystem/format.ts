import {
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { hasCode } from '../../files/errors.js';
import { syncDirectoryNow } from '../../files/sync-directory.js';
import { type Layout } from './layout.js';
import { readSmallFile } from './disk/small-files.js';
import { temporaryName } from './disk/temporary-names.js';

export const FORMAT = 'berth 1\n';

/** Files that a new directory may contain, because file systems and git create them. */
const HARMLESS = ['lost+found', '.gitkeep', '.DS_Store'];

/** Reports that the storage directory cannot be used. The message says why and what to do, for the person who starts the registry. */
export class UnusableDirectory extends Error {
  override readonly name = 'UnusableDirectory';
}

/**
 * Checks that the directory is a store of this layout. Makes it one if it is empty or does not exist.
 *
 * @throws UnusableDirectory
 */
export function claimDirectory(layout: Layout): void {
  if (process.platform === 'win32') {
    throw new UnusableDirectory(
      'The filesystem storage needs Linux or macOS: run Berth in a container',
    );
  }
  try {
    makeRoot(layout.root);
    if (readSmallFile(layout.format) === undefined) begin(layout);
    const format = readSmallFile(layout.format)?.toString();
    if (format !== FORMAT) throw otherFormat(layout, format);
    probe(layout);
  } catch (error) {
    throw explain(error, layout.root);
  }
}

/** Creates the directory and its parents, and makes the names of the parents durable. `begin` does so for its own name. */
function makeRoot(root: string): void {
  // Other users of the machine must not read images and keys past the registry's access control.
  const first = makeDirectories(root, 0o700);
  if (first === undefined) return;
  const end = dirname(first);
  for (let made = dirname(root); made !== end; made = dirname(made))
    syncDirectoryNow(dirname(made));
}

/**
 * Creates a directory with its missing parents. Returns the first one that it created, if any. Node's own `recursive` never ends where
 * an existing parent claims not to exist, such as /proc.
 */
function makeDirectories(path: string, mode: number): string | undefined {
  if (makeOne(path, mode)) return path;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return undefined;
  const first = makeDirectories(dirname(path), mode);
  // It exists if another process has created it. Otherwise statSync throws the reason.
  if (!makeOne(path, mode)) statSync(path);
  return first ?? path;
}

/** Creates one directory. Returns false if it exists, or its parent does not. */
function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
    if (hasCode(error, 'EEXIST') && !statSync(path).isDirectory()) throw error;
    return false;
  }
}

function begin(layout: Layout): void {
  const foreign = readdirSync(layout.root).filter(
    (name) => !HARMLESS.includes(name) && !name.startsWith('~'),
  );
  // Another process may be creating the same store at this moment.
  if (foreign.length > 0 && readSmallFile(layout.format) === undefined) {
    if (foreign.includes('docker') && isDockerStore(layout.root)) {
      throw new UnusableDirectory(
        `${layout.root} is the data of Docker's registry (docker/registry/v2), which Berth cannot read: ` +
          'set REGISTRY_STORAGE_PATH to an empty directory, and copy the images with skopeo or crane',
      );
    }
    throw new UnusableDirectory(
      `${layout.root} is not empty and not a Berth store (${foreign.slice(0, 3).join(', ')}): set REGISTRY_STORAGE_PATH to an empty directory`,
    );
  }
  const temporary = join(layout.root, temporaryName());
  writeDurably(temporary, FORMAT);
  try {
    linkName(temporary, layout.format);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(temporary);
  }
  syncDirectoryNow(layout.root);
  syncDirectoryNow(dirname(layout.root));
}

function isDockerStore(root: string): boolean {
  return statSync(join(root, 'docker/registry/v2'), { throwIfNoEntry: false }) !== undefined;
}

/** Writes and links a file, so that a directory without write access or hard links fails at the start, not at the first push. */
function probe(layout: Layout): void {
  const file = join(layout.root, temporaryName());
  const other = join(layout.root, temporaryName());
  closeSync(openSync(file, 'wx'));
  try {
    linkName(file, other);
    unlinkSync(other);
  } finally {
    unlinkSync(file);
  }
}

/** Links a file that this process has just created. Its owner has every right to link it, so EPERM is about the file system. */
function linkName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    throw new UnusableDirectory(
      `${dirname(to)} is on a file system without hard links, which Berth needs (FAT, exFAT, and some FUSE and network file systems ` +
        'have none): set REGISTRY_STORAGE_PATH to a directory on a local disk with ext4, XFS, Btrfs or APFS',
      { cause: error },
    );
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx');
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function otherFormat({ root }: Layout, format: string | undefined): UnusableDirectory {
  const found = JSON.stringify(format?.trim() ?? 'nothing');
  return new UnusableDirectory(
    `${root} has the storage format ${found}, and this version of Berth supports only ${JSON.stringify(FORMAT.trim())}`,
  );
}

function explain(error: unknown, root: string): unknown {
  if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) return error;
  if (hasCode(error, 'EROFS')) {
    return new UnusableDirectory(`${root} is on a read-only file system`, { cause: error });
  }
  if (hasCode(error, 'ENOTDIR', 'EEXIST')) {
    return new UnusableDirectory(`${root} is not a directory`, { cause: error });
  }
  const uid = process.getuid?.() ?? '?';
  return new UnusableDirectory(
    `${root} cannot be written: it belongs to uid ${ownerOf(root)}, and Berth runs as uid ${uid}. ` +
      `Give it to that user (chown -R ${uid} DIRECTORY) or start Berth as the owner.`,
    { cause: error },
  );
}

/** Returns the owner of the directory, or of its nearest parent that exists. */
function ownerOf(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? ownerOf(dirname(path)) : found.uid;
}
