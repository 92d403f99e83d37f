import { RegistryError } from '../../../domain/errors.js';
import { unreachable } from '../../protocol/failures.js';
import { PartsGone } from '../objects/object-store.js';

/** The error of the SDK for a response that reports a failure. */
interface ServiceError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** Codes of stores that have no space left. */
const FULL = new Set(['XMinioStorageFull', 'StorageFull', 'QuotaExceeded', 'InsufficientCapacity']);

/** Returns the HTTP status of an answer, or `undefined` if there was none. */
export function statusOf(error: unknown): number | undefined {
  return isServiceError(error) ? error.$metadata.httpStatusCode : undefined;
}

/** Returns whether a store answered with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && error.name === code;
}

/** Returns the error of a request that has failed, after all tries. */
export function failureOf(error: unknown): unknown {
  const status = statusOf(error);
  if (status === 507 || (error instanceof Error && FULL.has(error.name))) {
    const message = 'the object store of the registry is full';
    return new RegistryError('storage-full', message, undefined, { cause: error });
  }
  if (status === undefined || status >= 500 || status === 429) {
    return unreachable('the object store of the registry', error);
  }
  return error;
}

/** Runs a request. Its failure is that of the storage, not of the SDK. */
export async function attempt<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    if (hasCode(error, 'NoSuchUpload')) throw new PartsGone({ cause: error });
    throw failureOf(error);
  }
}

/** Returns an error that says what is wrong with a bucket. The answer of a store to a HEAD has no text. */
export function bucketFailure(error: unknown, bucket: string): unknown {
  const status = statusOf(error);
  if (status === 404) return new Error(`the bucket ${bucket} does not exist`, { cause: error });
  if (status !== 401 && status !== 403) return error;
  return new Error(`the bucket ${bucket} refuses the credentials`, { cause: error });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && '$metadata' in error;
}
