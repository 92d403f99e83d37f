import { open, readFile, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { syncDirectory } from '../../files/sync-directory.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { hashPassword } from './password-hash.js';
import { readUserLine } from './users-file.js';

/** How long to wait for another process that edits the file. An edit takes some milliseconds. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** Another process has held the lock for longer than an edit takes, so it may have crashed. */
export class LockedFile extends Error {
  override readonly name = 'LockedFile';

  constructor(lock: string) {
    super(
      `${lock} exists: another process edits the file. If that process has crashed, remove the lock`,
    );
  }
}

/**
 * Sets the password of `name`, and returns whether the user existed. A missing file is created, readable only by its owner.
 *
 * @param name a valid name; so is the password
 * @throws LockedFile
 */
export async function putUser(path: string, name: string, password: string): Promise<boolean> {
  const line = `${name}:${await hashPassword(password)}`;
  let found = false;
  await edit(path, (lines) => {
    const at = lines.findIndex((other) => nameOf(other) === name);
    found = at !== -1;
    if (!found) return [...lines, line];
    const rest = lines.slice(at + 1).filter((other) => nameOf(other) !== name);
    return [...lines.slice(0, at), line, ...rest];
  });
  return found;
}

/** Removes every line of `name`. Returns whether there was one. @throws LockedFile */
export async function removeUser(path: string, name: string): Promise<boolean> {
  let found = false;
  await edit(path, (lines) => {
    const others = lines.filter((line) => nameOf(line) !== name);
    found = others.length < lines.length;
    return found ? others : undefined;
  });
  return found;
}

function nameOf(line: string): string | undefined {
  return readUserLine(line)?.name;
}

/** Replaces the file atomically, under a lock. If `change` returns `undefined`, the file is left unchanged. */
async function edit(
  path: string,
  change: (lines: readonly string[]) => readonly string[] | undefined,
): Promise<void> {
  // A symbolic link is kept, and its target replaced.
  const target = await realpath(path).catch(() => path);
  const next = `${target}.lock`;
  const file = await openLocked(next);
  try {
    const lines = change(await readLines(target));
    if (lines === undefined) return await unlink(next);
    await copyOwnerAndMode(file, target);
    await file.writeFile(lines.map((line) => `${line}\n`).join(''), 'latin1');
    await file.sync();
    await rename(next, target);
  } catch (error) {
    await unlink(next);
    throw error;
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(target));
}

/** Creates the new file, which is also the lock: it exists until it is renamed to the old file. */
async function openLocked(path: string): Promise<FileHandle> {
  for (const giveUpAt = Date.now() + WAIT_MS; ; await sleep(LOOK_EVERY_MS)) {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      if (Date.now() > giveUpAt) throw new LockedFile(path);
    }
  }
}

/** Reads one character for each byte, so that all other lines are written back unchanged. */
async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'latin1').catch(ignoreNotFound);
  const lines = (text ?? '').split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** Copies owner and mode: the registry may run as a different user than the editor of the file. */
async function copyOwnerAndMode(file: FileHandle, target: string): Promise<void> {
  const before = await stat(target).catch(ignoreNotFound);
  if (before === undefined) return;
  const { uid, gid } = await file.stat();
  if (before.uid !== uid || before.gid !== gid) await file.chown(before.uid, before.gid);
  await file.chmod(before.mode & 0o777);
}
