import { opendir, readdir } from 'node:fs/promises';

import { ignoreNotFound } from '../../../files/errors.js';

/** How many names are held at a time. */
const BUFFERED = 1_000;

/** The names in a directory one by one, since there may be a million; none when it is not there. */
export async function* listNames(path: string): AsyncIterable<string> {
  const directory = await opendir(path, { bufferSize: BUFFERED }).catch(ignoreNotFound);
  if (directory === undefined) return;
  for await (const entry of directory) yield entry.name;
}

/** All names in a directory at once, to be sorted or counted; none when it is not there. */
export async function allNames(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreNotFound)) ?? [];
}
