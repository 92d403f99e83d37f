import { TooLate } from './failures.js';

/** Limits the time of one question. The signal also follows that of the caller, which stays in force afterwards. */
export class Deadline {
  readonly signal: AbortSignal;
  private readonly timer: NodeJS.Timeout;

  /** @param ms milliseconds from now */
  constructor(
    ms: number,
    private readonly caller?: AbortSignal,
  ) {
    const late = new AbortController();
    this.timer = setTimeout(() => {
      late.abort(new TooLate(`it did not answer within ${ms / 1_000} s`));
    }, ms);
    this.signal = caller === undefined ? late.signal : AbortSignal.any([caller, late.signal]);
  }

  /** Resolves as `work` does, or rejects when the time is over. */
  wait<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const end = (): void => reject(signal.reason as Error);
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      const done = (): void => signal.removeEventListener('abort', end);
      work.then(resolve, reject).finally(done);
    });
  }

  /** Returns whether the caller has lost interest. */
  get isCancelled(): boolean {
    return this.caller?.aborted === true;
  }

  /** Ends the limit. */
  end(): void {
    clearTimeout(this.timer);
  }
}
