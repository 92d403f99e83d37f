/** The listeners of one outbox. They are called after the work that appended the events. */
export class EventListeners {
  private readonly listeners = new Set<() => void>();
  private isCalling = false;

  get size(): number {
    return this.listeners.size;
  }

  /** Adds a listener. Returns a function that removes it. */
  add(listener: () => void): () => void {
    // A function of its own, so that one listener can be added twice.
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  /** Calls all listeners soon, once for all calls until then. */
  call(): void {
    if (this.isCalling || this.listeners.size === 0) return;
    this.isCalling = true;
    setImmediate(() => {
      this.isCalling = false;
      for (const listener of this.listeners) listener();
    });
  }
}
