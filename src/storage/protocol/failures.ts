import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';

/** Returns the error for an upload that the repository does not have. */
export function unknownUpload(): RegistryError {
  return new RegistryError('upload-unknown', 'the repository has no such upload', {
    advice: 'it was completed, cancelled or has expired: begin a new one',
  });
}

/** Returns the error for an upload that another writer holds. @param offset the number of acknowledged bytes */
export function busyUpload(offset: number): RegistryError {
  return new RegistryError('upload-busy', 'another request is writing to this upload', { offset });
}

/** Returns the error for a writer that no longer holds its upload. @param offset the number of acknowledged bytes */
export function lostHold(offset: number): RegistryError {
  return new RegistryError('upload-offset', 'another request took over this upload', { offset });
}

/** Returns the error for content whose digest is `actual`, not `expected`. */
export function otherDigest(expected: Digest, actual: Digest): RegistryError {
  const message = 'the content has another digest';
  return new RegistryError('digest-mismatch', message, { expected, actual });
}

/** When a client may ask again, while a server or a network comes back. In seconds. */
const RETRY_AFTER_S = 2;

/** Returns the error for a part of the storage that is away for a moment. @param part such as `the database of the registry` */
export function unreachable(part: string, cause: unknown): RegistryError {
  const message = `${part} cannot be reached now: try again later`;
  return new RegistryError('storage-gone', message, { retryAfter: RETRY_AFTER_S }, { cause });
}

/** Returns the error for a manifest whose content the repository does not have. */
export function missingContent(digests: readonly Digest[]): RegistryError {
  const message = 'the repository does not have content that the manifest references';
  return new RegistryError('manifest-blob-unknown', message, digests);
}
