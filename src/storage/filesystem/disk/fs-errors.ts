import { RegistryError } from '../../../domain/errors.js';

/** Whether `error` is the operating system's, with one of `codes` (such as ENOENT). */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  // Not by instanceof: test runners give modules a global Error of their own.
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && codes.includes(error.code);
}

/** Answers `undefined` for what is not there, and throws every other error on. */
export function ignoreNotFound(error: unknown): undefined {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
  throw error;
}

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'];

/** Does `work`, which writes; a storage that takes no more bytes becomes a RegistryError `storage-full`. */
export async function mapDiskFull<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!hasCode(cause, ...NO_ROOM)) throw cause;
    throw new RegistryError('storage-full', 'the storage takes no more data', undefined, { cause });
  }
}

/** Whether a step found the name that it needs; false when that is not there (any more). */
export async function succeedsIfPresent(step: Promise<unknown>): Promise<boolean> {
  return (await step.then(() => true, ignoreNotFound)) ?? false;
}
