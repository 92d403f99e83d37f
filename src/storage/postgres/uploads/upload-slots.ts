import pLimit from 'p-limit';

import { RegistryError } from '../../../domain/errors.js';

/** How many appends gather the bytes of parts at the same time, each up to 29 MiB, or more for blobs of more than 16 GiB. */
const SLOTS = 18;

/** An append that waits longer fails, so that its client can try another instance. In milliseconds. */
const PATIENCE_MS = 20_000;

/** When that client may ask again. In seconds. */
const RETRY_AFTER_S = 5;

/** Bounds the memory of the uploads of one process: an append that has many bytes waits for one of a few slots, and its client with it. */
export class UploadSlots {
  private readonly limit;

  constructor(
    slots = SLOTS,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    this.limit = pLimit(slots);
  }

  /** Waits for a slot. Resolves to a function that frees it. @throws RegistryError `storage-gone` if none becomes free in time */
  take(): Promise<() => void> {
    return new Promise((resolve, reject) => {
      let isTooLate = false;
      const timer = setTimeout(() => {
        isTooLate = true;
        reject(tooManyUploads());
      }, this.patienceMs);
      void this.limit(() => {
        clearTimeout(timer);
        return isTooLate ? Promise.resolve() : new Promise<void>((free) => resolve(free));
      });
    });
  }
}

function tooManyUploads(): RegistryError {
  const message = 'this instance receives too many large uploads: try again later';
  return new RegistryError('storage-gone', message, { retryAfter: RETRY_AFTER_S });
}
