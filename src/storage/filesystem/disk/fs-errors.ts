import { RegistryError } from '../../../domain/errors.js';
import { hasCode, ignoreNotFound } from '../../../files/errors.js';

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'];

/** What helps when the disk is full. */
const DISK_FULL = { advice: 'try again when the operator of the registry has freed space' };

/** Runs `work`, which writes to the disk. @throws RegistryError `storage-full` if the disk is full or read-only */
export async function mapDiskFull<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!hasCode(cause, ...NO_ROOM)) throw cause;
    throw new RegistryError('storage-full', 'the storage takes no more data', DISK_FULL, { cause });
  }
}

/** Resolves to true if `step` succeeds, or to false if a path that it needs does not exist. */
export async function succeedsIfPresent(step: Promise<unknown>): Promise<boolean> {
  return (await step.then(() => true, ignoreNotFound)) ?? false;
}
