import { EventIds, firstEventIdAt } from '../../domain/event-id.js';
import { type NewEvent, type RegistryEvent } from '../../domain/registry-event.js';
import {
  EventCursors,
  Outbox,
  requireConsumerName,
  type EventLimits,
  type EventPage,
  type EventPosition,
  type EventStart,
  type TrimmedEvents,
} from '../ports/outbox.js';
import { EventListeners } from '../protocol/event-listeners.js';
import { stamp } from '../protocol/stamp-event.js';

/** How many events are kept. An event takes at most a few KiB. */
const MAX_EVENTS = 10_000;

/** How many bytes an event takes besides its texts. An estimate. */
const BYTES_PER_EVENT = 300;

/** Keeps the last events in memory, for the one process that uses the storage. A position is a sequence number of this outbox. */
export class MemoryOutbox extends Outbox {
  override readonly cursors: MemoryEventCursors = new MemoryEventCursors();
  readonly listeners = new EventListeners();
  private readonly ids: EventIds;
  private kept: RegistryEvent[] = [];
  /** The sequence number of the last event that was dropped. */
  private dropped = 0;
  /** How many dropped events `trim` has reported. */
  private reported = 0;

  /** @param now the time in milliseconds since the epoch */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly maxEvents = MAX_EVENTS,
  ) {
    super();
    this.ids = new EventIds(undefined, now);
  }

  override get counts(): { readonly appended: number; readonly lost: number } {
    return { appended: this.last, lost: 0 };
  }

  override append(events: readonly NewEvent[]): Promise<void> {
    for (const event of events) this.kept.push(stamp(event, this.ids.next(), this.last + 1));
    // Dropped in groups, because the rest is copied.
    if (this.kept.length >= 2 * this.maxEvents) this.drop(this.kept.length - this.maxEvents);
    if (events.length > 0) this.listeners.call();
    return Promise.resolve();
  }

  override locate(start: EventStart): Promise<EventPosition | undefined> {
    if (start === 'now') return Promise.resolve(this.positionAt(this.last));
    if (start === 'beginning') return Promise.resolve(this.positionAt(this.dropped));
    if ('since' in start) {
      const first = firstEventIdAt(start.since);
      const at = this.kept.findIndex(({ id }) => id >= first);
      return Promise.resolve(this.positionAt(at < 0 ? this.last : this.dropped + at));
    }
    const found = this.kept.find(({ id }) => id === start.after);
    return Promise.resolve(found && this.positionAt(found.data.sequence));
  }

  override read(after: EventPosition, limit: number): Promise<EventPage> {
    const [writer, number] = after.split('.');
    const isOwn = writer === this.ids.writer;
    const sequence = isOwn ? Number(number) : this.dropped;
    const from = Math.max(sequence - this.dropped, 0);
    const events = this.kept.slice(from, from + limit);
    const next = this.positionAt(events.at(-1)?.data.sequence ?? Math.max(sequence, this.dropped));
    return Promise.resolve({ events, next, missed: !isOwn || sequence < this.dropped });
  }

  override watch(listener: () => void): () => void {
    return this.listeners.add(listener);
  }

  override trim({ ageMs, bytes }: EventLimits): Promise<TrimmedEvents> {
    const oldest = this.now() - ageMs;
    let size = 0;
    let first = this.kept.length;
    for (; first > 0; first--) {
      const event = this.kept[first - 1];
      size += BYTES_PER_EVENT + JSON.stringify(event).length;
      if (event === undefined || size > bytes || Date.parse(event.time) <= oldest) break;
    }
    this.drop(first);
    const events = this.dropped - this.reported;
    this.reported = this.dropped;
    const consumers = this.cursors.before(this.dropped, this.ids.writer);
    return Promise.resolve({ events, consumers: events === 0 ? [] : consumers });
  }

  private drop(count: number): void {
    this.kept = this.kept.slice(count);
    this.dropped += count;
  }

  private get last(): number {
    return this.dropped + this.kept.length;
  }

  private positionAt(sequence: number): EventPosition {
    return `${this.ids.writer}.${sequence}`;
  }
}

class MemoryEventCursors extends EventCursors {
  private readonly positions = new Map<string, EventPosition>();
  private readonly states = new Map<string, string>();

  override get(consumer: string): Promise<EventPosition | undefined> {
    return Promise.resolve(this.positions.get(consumer));
  }

  override async put(consumer: string, position: EventPosition, state?: string): Promise<void> {
    requireConsumerName(consumer);
    this.positions.set(consumer, position);
    if (state === undefined) this.states.delete(consumer);
    else this.states.set(consumer, state);
  }

  override state(consumer: string): Promise<string | undefined> {
    return Promise.resolve(this.states.get(consumer));
  }

  override list(): Promise<string[]> {
    return Promise.resolve([...this.positions.keys()]);
  }

  override remove(consumer: string): Promise<boolean> {
    this.states.delete(consumer);
    return Promise.resolve(this.positions.delete(consumer));
  }

  /** Returns the consumers that have not read the event with this sequence number. */
  before(sequence: number, writer: string): string[] {
    const isBefore = (position: string) => Number(position.slice(writer.length + 1)) < sequence;
    return [...this.positions].filter(([, position]) => isBefore(position)).map(([name]) => name);
  }
}
