import { opendir, readdir } from 'node:fs/promises';

import { ignoreNotFound } from '../../../files/errors.js';

/** How many names are read at a time. */
const BUFFERED = 1_000;

/** Yields the names in a directory one by one, because there may be a million. Yields nothing if it does not exist. */
export async function* listNames(path: string): AsyncIterable<string> {
  const directory = await opendir(path, { bufferSize: BUFFERED }).catch(ignoreNotFound);
  if (directory === undefined) return;
  for await (const entry of directory) yield entry.name;
}

/** Resolves to all names in a directory, or to an empty list if it does not exist. */
export async function allNames(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreNotFound)) ?? [];
}
