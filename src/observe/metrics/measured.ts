import { setTimeout as delay } from 'node:timers/promises';

/** A scrape waits for a value at most this long. */
const WITHIN_MS = 2_000;

/** A value that is measured at most once in a time. While the storage fails or does not respond, it is not known. */
export class Measured<T> {
  private measuredAt = -Infinity;
  private last: Promise<T | undefined> = Promise.resolve(undefined);
  private isRunning = false;

  constructor(
    private readonly measure: () => Promise<T | undefined>,
    private readonly everyMs: number,
  ) {}

  value(): Promise<T | undefined> {
    const now = performance.now();
    // A storage that hangs must not get one more request for each scrape.
    if (this.isRunning || now - this.measuredAt < this.everyMs) return this.last;
    this.measuredAt = now;
    this.isRunning = true;
    const measured = this.measure()
      .catch(() => undefined)
      .finally(() => (this.isRunning = false));
    this.last = Promise.race([measured, delay(WITHIN_MS, undefined, { ref: false })]);
    return this.last;
  }
}
