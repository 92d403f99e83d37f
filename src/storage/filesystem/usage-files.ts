import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../files/errors.js';
import { decodeHour, type HourUsage } from './usage-records.js';

/** Resolves to what each of these files has that exists, by their names. */
export async function readHours(
  directory: string,
  names: readonly string[],
): Promise<Map<string, HourUsage>> {
  const hours = new Map<string, HourUsage>();
  for (const name of names) {
    const bytes = await readUsageFile(join(directory, name));
    if (bytes !== undefined) hours.set(name, decodeHour(bytes));
  }
  return hours;
}

/** Resolves to the bytes of a file, or to `undefined` if it does not exist. */
export async function readUsageFile(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(ignoreNotFound);
}
