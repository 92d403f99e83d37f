import { open, readFile, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { syncDirectory } from '../../files/atomic-write.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { hashPassword } from './password-hash.js';
import { readUserLine } from './users-file.js';

/** How long to wait for another process that edits the file, which takes some milliseconds. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 20;

/** Another process holds the lock longer than an edit takes, so it may have crashed. */
export class LockedFile extends Error {
  override readonly name = 'LockedFile';

  constructor(lock: string) {
    super(`${lock} is there: somebody else edits the file. If nobody does, remove it`);
  }
}

/**
 * Gives `name` the password; the file is made, for its owner alone, if it is not there. Answers whether the user was.
 *
 * The name and the password must be allowed. All other lines stay as they are, right or wrong.
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

/** Takes out every line of `name`. Answers whether there was one. @throws LockedFile */
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

/** Readers see the file from before or the one from behind; writers take turns. `undefined` from `change` changes nothing. */
async function edit(
  path: string,
  change: (lines: readonly string[]) => readonly string[] | undefined,
): Promise<void> {
  // Not the symbolic link is to be replaced, but what it leads to.
  const target = await realpath(path).catch(() => path);
  const next = `${target}.lock`;
  const file = await openAlone(next);
  try {
    const lines = change(await readLines(target));
    if (lines === undefined) return await unlink(next);
    await likeBefore(file, target);
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

/** The new file is its own lock: who makes it has the turn, until it takes the place of the old one. */
async function openAlone(path: string): Promise<FileHandle> {
  for (const giveUpAt = Date.now() + WAIT_MS; ; await sleep(LOOK_EVERY_MS)) {
    try {
      return await open(path, 'wx', 0o600);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      if (Date.now() > giveUpAt) throw new LockedFile(path);
    }
  }
}

/** One character for each byte, so that whatever stands in lines of others is written back as it was. */
async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'latin1').catch(ignoreNotFound);
  const lines = (text ?? '').split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The registry may run as a different user than the editor of the file. */
async function likeBefore(file: FileHandle, target: string): Promise<void> {
  const before = await stat(target).catch(ignoreNotFound);
  if (before === undefined) return;
  const { uid, gid } = await file.stat();
  if (before.uid !== uid || before.gid !== gid) await file.chown(before.uid, before.gid);
  await file.chmod(before.mode & 0o777);
}
