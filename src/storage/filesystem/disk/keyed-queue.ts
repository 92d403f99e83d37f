/** Runs work of one key in order, one at a time, and work of different keys in parallel. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs `work` after all earlier work of `key` has ended, successfully or not. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const done = before === undefined ? work() : before.then(work);
    const ended = done.then(ignore, ignore);
    this.last.set(key, ended);
    try {
      return await done;
    } finally {
      if (this.last.get(key) === ended) this.last.delete(key);
    }
  }
}

function ignore(): void {
  // Only the caller of the work gets its result or its error.
}
