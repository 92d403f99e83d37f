import { type RegistryEvent } from '../../domain/registry-event.js';
import {
  type EventPage,
  type EventPosition,
  type EventStart,
  type Outbox,
} from '../ports/outbox.js';

/** How many events are in memory at a time. */
const PAGE = 100;

/** A reader looks for events at least this often, in case the storage misses a notice. In milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Reports that events cannot be followed from an id, because its event is unknown or no longer kept. */
export class EventNotKept extends Error {
  override readonly name = 'EventNotKept';

  constructor(id: string) {
    super(
      `the event ${id} is not kept: read the current state, then follow the events from now on`,
    );
  }
}

/**
 * Yields events as they are appended by any process, from `start` on, until the signal aborts. The start is located at once, not with
 * the first event.
 *
 * @throws EventNotKept in the iteration
 */
export function followEvents(
  outbox: Outbox,
  start: EventStart,
  signal: AbortSignal,
): AsyncGenerator<RegistryEvent, void, void> {
  const located = outbox.locate(start);
  // The iteration throws the error, if somebody iterates.
  located.catch(() => undefined);
  return follow(outbox, start, located, signal);
}

async function* follow(
  outbox: Outbox,
  start: EventStart,
  located: Promise<EventPosition | undefined>,
  signal: AbortSignal,
): AsyncGenerator<RegistryEvent, void, void> {
  const position = await located;
  if (position === undefined)
    throw new EventNotKept(typeof start === 'object' && 'after' in start ? start.after : '');
  for await (const { events } of followPages(outbox, position, signal)) {
    for (const event of events) {
      if (signal.aborted) return;
      yield event;
    }
  }
}

/**
 * Yields pages of events after a position as they are appended by any process, until the signal aborts. A page has events, or events
 * were dropped before it.
 */
export async function* followPages(
  outbox: Outbox,
  after: EventPosition,
  signal: AbortSignal,
): AsyncGenerator<EventPage, void, void> {
  let position = after;
  const bell = new Bell(outbox, signal);
  try {
    for (;;) {
      bell.reset();
      const page = await outbox.read(position, PAGE);
      if (bell.isOver) return;
      position = page.next;
      if (page.events.length > 0 || page.missed) yield page;
      else await bell.rings();
    }
  } finally {
    bell.end();
  }
}

/** Wakes a reader when there may be events, when the signal aborts, and every second. */
class Bell {
  private hasRung = false;
  private wake: (() => void) | undefined;
  private readonly ring = (): void => {
    this.hasRung = true;
    this.wake?.();
  };
  private readonly unwatch: () => void;

  constructor(
    outbox: Outbox,
    private readonly signal: AbortSignal,
  ) {
    this.unwatch = outbox.watch(this.ring);
    signal.addEventListener('abort', this.ring);
  }

  /** Whether the signal has aborted. */
  get isOver(): boolean {
    return this.signal.aborted;
  }

  /** Forgets that it rang. A reader calls it before it looks, so that no event between the look and the wait is late. */
  reset(): void {
    this.hasRung = false;
  }

  async rings(): Promise<void> {
    if (this.hasRung || this.isOver) return;
    const timer = setTimeout(this.ring, LOOK_EVERY_MS);
    timer.unref();
    await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(timer);
  }

  end(): void {
    this.unwatch();
    this.signal.removeEventListener('abort', this.ring);
  }
}
