import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';

import { type Clock } from '../../../src/events/webhooks/clock.js';
import { ANSWERS_WITHIN_MS } from '../../../src/events/webhooks/post.js';

interface Timer {
  readonly at: number;
  readonly milliseconds: number;
  readonly work: () => void;
}

/** How many turns of the event loop all workers must wait, so that a notice of new events has woken them. */
const QUIET_TURNS = 5;

/** How long a request may take before it is taken for one that is never answered. In milliseconds of the real clock. */
const HANGS_AFTER_MS = 200;

/** A clock that a test moves. It begins at the real time, so that signatures are not too old. */
export class FakeClock implements Clock {
  /** How many workers use the clock. Each has a timer while it rests or waits for an answer, and none while it works. */
  workers = 0;
  /** Whether receivers may hang. Otherwise each request ends before the time moves. */
  mayHang = false;
  private time = Date.now();
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.time + milliseconds, milliseconds, work };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Moves the clock, timer by timer, and lets the work of each be done. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await this.settled();
      const next = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.work();
    }
    this.time = end;
    await this.settled();
  }

  private async settled(): Promise<void> {
    const hangsAt = performance.now() + HANGS_AFTER_MS;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await turn();
      const isAsking = [...this.timers].some((timer) => timer.milliseconds === ANSWERS_WITHIN_MS);
      const isDone = this.timers.size >= this.workers;
      const waits = isAsking && !(this.mayHang && performance.now() > hangsAt);
      if (isDone && !waits) continue;
      quiet = -1;
      await delay(1);
    }
  }
}
