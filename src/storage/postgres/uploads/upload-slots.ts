import pLimit from 'p-limit';

/** How many appends gather the bytes of parts at the same time, each up to 21 MiB, or more for blobs of more than 16 GiB. */
const SLOTS = 24;

/** Bounds the memory of the uploads of one process: an append that has many bytes waits for one of a few slots, and its client with it. */
export class UploadSlots {
  private readonly limit;

  constructor(slots = SLOTS) {
    this.limit = pLimit(slots);
  }

  /** Waits for a slot. Resolves to a function that frees it. */
  take(): Promise<() => void> {
    return new Promise((resolve) => {
      void this.limit(() => new Promise<void>((free) => resolve(free)));
    });
  }
}
