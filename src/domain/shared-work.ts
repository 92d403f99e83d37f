/** Runs work of the same key once at a time: callers that come while it runs get its result. */
export class SharedWork<T> {
  private readonly works = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const running = this.running(key);
    if (running !== undefined) return running;
    const begun = work().finally(() => this.works.delete(key));
    this.works.set(key, begun);
    return begun;
  }

  /** Returns the work that runs, or `undefined`. */
  running(key: string): Promise<T> | undefined {
    return this.works.get(key);
  }
}
