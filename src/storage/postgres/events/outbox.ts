import { EventIds, firstEventIdAt, isEventId } from '../../../domain/event-id.js';
import { type NewEvent } from '../../../domain/registry-event.js';
import {
  Outbox,
  type EventCounts,
  type EventLimits,
  type EventPage,
  type EventPosition,
  type EventStart,
  type TrimmedEvents,
} from '../../ports/outbox.js';
import { type Database, type Statement } from '../database/database.js';
import { PostgresEventCursors } from './event-cursors.js';
import { BEGINNING, isBefore, placeOf, positionText, type EventPlace } from './event-place.js';
import { EventPoll } from './event-poll.js';
import { eventOf, eventTexts, insertEvents, type EventRow } from './event-rows.js';
import {
  ADOPT_EVENTS,
  BEGIN_TRIM,
  LAST_BEYOND,
  LAST_EVENT,
  LOCATE_AFTER,
  LOCATE_NOW,
  LOCATE_SINCE,
  READ_EVENTS,
  TRIM,
  TRIMMED,
} from './event-statements.js';

interface PlaceRow {
  readonly writer: string;
  readonly position: number;
}

/** A row of the result of `READ_EVENTS`. Without events, there is one row that has none. */
type ReadRow = {
  readonly trimmed: string | null;
  readonly is_ahead: boolean;
} & (EventRow | { readonly [column in keyof EventRow]: null });

/** The events in the database. A position names a transaction and a row. */
export class PostgresOutbox extends Outbox {
  override readonly cursors: PostgresEventCursors;
  private readonly ids = new EventIds();
  private readonly poll = new EventPoll(async () => (await this.find(LAST_EVENT)) ?? '');
  /** The number of the last event of `append`. Those of changes are numbered by themselves: `insertChange`. */
  private sequence = 0;
  private appended = 0;
  private lost = 0;
  private last = Promise.resolve();

  constructor(private readonly database: Database) {
    super();
    this.cursors = new PostgresEventCursors(database);
  }

  override get counts(): EventCounts {
    return { appended: this.appended, lost: this.lost };
  }

  override append(events: readonly NewEvent[]): Promise<void> {
    const first = this.sequence + 1;
    const texts = eventTexts(events, this.ids);
    this.sequence += events.length;
    // One after the other, so that the transactions end in the order of the numbers.
    this.last = this.last.then(async () => {
      try {
        await insertEvents(this.database, texts, first);
        this.count(texts.length);
      } catch {
        this.lost += texts.length;
      }
    });
    return this.last;
  }

  /** Counts events that a change has inserted in its transaction, and calls the listeners of this process. */
  count(events: number): void {
    this.appended += events;
    if (events > 0) this.poll.call();
  }

  override async locate(start: EventStart): Promise<EventPosition | undefined> {
    if (start === 'now') return this.find(LOCATE_NOW);
    if (start === 'beginning') {
      const [trimmed] = await this.database.query<{ readonly state: string }>(TRIMMED);
      return trimmed?.state ?? positionText(BEGINNING);
    }
    if ('after' in start)
      return isEventId(start.after) ? this.find(LOCATE_AFTER, start.after) : undefined;
    const since = firstEventIdAt(start.since);
    return (await this.find(LOCATE_SINCE, since)) ?? this.find(LOCATE_NOW);
  }

  override async read(after: EventPosition, limit: number): Promise<EventPage> {
    const known = placeOf(after);
    const from = known ?? BEGINNING;
    const values = [`${from.writer}`, `${from.position}`, limit];
    const rows = await this.database.query<ReadRow>(READ_EVENTS, values);
    const events = rows.filter((row): row is ReadRow & EventRow => row.writer !== null);
    const last = events.at(-1);
    const trimmed = placeOf(rows[0]?.trimmed ?? '') ?? BEGINNING;
    const isForeign = known === undefined || rows[0]?.is_ahead === true;
    const missed = isForeign || isBefore(from, trimmed);
    const next = last === undefined ? nextWithout(missed, after, trimmed) : positionText(last);
    return { events: events.map(eventOf), next, missed };
  }

  override watch(listener: () => void): () => void {
    return this.poll.add(listener);
  }

  override async trim(limits: EventLimits): Promise<TrimmedEvents> {
    const trimmed = await this.drop(limits);
    if (trimmed === undefined) return { events: 0, consumers: [] };
    const late = (await this.cursors.all()).filter(({ position }) =>
      isBefore(placeOf(position) ?? BEGINNING, trimmed.last),
    );
    return { events: trimmed.events, consumers: late.map(({ consumer }) => consumer) };
  }

  /** Ends the looks for new events, and waits for the last append. */
  async close(): Promise<void> {
    this.poll.end();
    await this.last;
  }

  /** Deletes the events beyond the limits. Resolves to their number and the last of them. */
  private drop({
    ageMs,
    bytes,
  }: EventLimits): Promise<{ readonly events: number; readonly last: EventPlace } | undefined> {
    return this.database.transaction(async (transaction) => {
      await transaction.query(BEGIN_TRIM);
      await transaction.query(ADOPT_EVENTS);
      const [found] = await transaction.query<PlaceRow>(LAST_BEYOND, [ageMs, bytes]);
      if (found === undefined) return undefined;
      const { writer, position } = found;
      const values = [writer, position, positionText(found)];
      const [gone] = await transaction.query<{ readonly events: number }>(TRIM, values);
      const last = { writer: BigInt(writer), position: BigInt(position) };
      return { events: gone?.events ?? 0, last };
    });
  }

  /** Resolves to the position of a statement's only row. */
  private async find(by: Statement, ...values: string[]): Promise<EventPosition | undefined> {
    const [found] = await this.database.query<PlaceRow>(by, values);
    return found && positionText(found);
  }
}

/** Returns where a reader goes on that has found no event: after what was dropped, so that it learns of that once. */
function nextWithout(missed: boolean, after: EventPosition, trimmed: EventPlace): EventPosition {
  return missed ? positionText(trimmed) : after;
}
