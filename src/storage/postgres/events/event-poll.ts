import { EventListeners } from '../../protocol/event-listeners.js';

/** A listener is called within a second: this, and the time of a statement. In milliseconds. */
const LOOK_EVERY_MS = 500;

/** Calls listeners when the last event has changed. The database is asked only while somebody listens. */
export class EventPoll {
  private readonly listeners = new EventListeners();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private last: string | undefined;

  /** @param lastEvent resolves to a text that changes with every event that readers see */
  constructor(private readonly lastEvent: () => Promise<string>) {}

  /** Adds a listener. Returns a function that removes it. */
  add(listener: () => void): () => void {
    const remove = this.listeners.add(listener);
    if (this.timer === undefined) this.begin();
    return () => {
      remove();
      if (this.listeners.size === 0) this.end();
    };
  }

  /** Calls the listeners soon: this process has appended events. */
  call(): void {
    this.listeners.call();
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.last = undefined;
  }

  private begin(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const last = await this.lastEvent();
      // The first look calls, too: the event may have come before it, but after the listener was added.
      if (last !== this.last) this.listeners.call();
      this.last = last;
    } catch {
      // The database is away. The next look finds what is appended meanwhile.
    } finally {
      this.isLooking = false;
    }
  }
}
