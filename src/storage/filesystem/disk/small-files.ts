import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';

import { ignoreNotFound } from '../../../files/errors.js';

/**
 * Returns the bytes of a file whose size Berth limits when it writes it, or `undefined` if it does not exist. Synchronous, because
 * the thread pool costs five times as much as reading a few hundred cached bytes.
 *
 * @param size the number of bytes to read, if the caller knows it; a shorter file is returned whole
 */
export function readSmallFile(path: string, size?: number): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return ignoreNotFound(error);
  }
  try {
    const bytes = Buffer.allocUnsafe(size ?? fstatSync(file).size);
    let length = 0;
    while (length < bytes.byteLength) {
      const read = readSync(file, bytes, length, bytes.byteLength - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Returns the metadata of a file or a directory, or `undefined` if it does not exist. Synchronous like `readSmallFile`. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return ignoreNotFound(error);
  }
}

/** Returns the metadata of a file, or `undefined` if it does not exist or is not a file. */
export function statOfFile(path: string): Stats | undefined {
  const found = statOf(path);
  return found?.isFile() === true ? found : undefined;
}
