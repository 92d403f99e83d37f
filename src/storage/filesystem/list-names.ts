import { opendir } from 'node:fs/promises';

import { absentIfMissing } from './fs-errors.js';

/** How many names are held at a time. */
const BUFFERED = 256;

/** The names in a directory, of which there may be a million, or none when it is not there. */
export async function* listNames(path: string): AsyncIterable<string> {
  const directory = await opendir(path, { bufferSize: BUFFERED }).catch(absentIfMissing);
  if (directory === undefined) return;
  for await (const entry of directory) yield entry.name;
}
