/** The time, and timers that follow it. */
export interface Clock {
  /** Returns the time in milliseconds since the epoch. */
  now(): number;
  /** Calls `work` after a time in milliseconds. Returns a function that prevents the call. */
  after(milliseconds: number, work: () => void): () => void;
}

/** The clock of the machine. Its timers do not keep the process alive. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after: (milliseconds, work) => {
    const timer = setTimeout(work, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
