import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';

import { ignoreNotFound } from './fs-errors.js';

/**
 * The whole of a small file, or `undefined` when it is not there.
 *
 * Synchronous on purpose: a hop to the thread pool costs five times the read of a few hundred cached bytes. Only for files
 * whose size Berth bounds when it writes them.
 */
export function readSmallFile(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return ignoreNotFound(error);
  }
  try {
    const bytes = Buffer.allocUnsafe(fstatSync(file).size);
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

/** What one look tells of a file or a directory, or `undefined` when it is not there. Synchronous for the reason given above. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return ignoreNotFound(error);
  }
}

/** As `statOf`, of a file alone. */
export function statOfFile(path: string): Stats | undefined {
  const found = statOf(path);
  return found?.isFile() === true ? found : undefined;
}
