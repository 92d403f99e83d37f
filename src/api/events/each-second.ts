const LOOK_EVERY_MS = 1_000;

/** Looks at something once a second while somebody listens, and never twice at once. */
export class EachSecond<Listener> {
  private readonly listeners = new Set<Listener>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  /** @param look may fail: a storage that fails for a moment shows nothing */
  constructor(private readonly look: (listeners: Iterable<Listener>) => Promise<void>) {}

  /** Returns whether anybody listens. */
  get isOn(): boolean {
    return this.timer !== undefined;
  }

  /** Looks for `listener`, too, until the returned function is called. */
  add(listener: Listener): () => void {
    this.listeners.add(listener);
    this.timer ??= setInterval(() => void this.tick(), LOOK_EVERY_MS).unref();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  private async tick(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    await this.look(this.listeners).catch(() => undefined);
    this.isLooking = false;
  }
}
