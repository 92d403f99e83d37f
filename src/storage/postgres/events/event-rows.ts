import { EventIds } from '../../../domain/event-id.js';
import { parseEvent, type NewEvent, type RegistryEvent } from '../../../domain/registry-event.js';
import { stamp } from '../../protocol/stamp-event.js';
import { statement, type Queries } from '../database/database.js';
import { digestOf } from '../database/digest-bytes.js';

/** Rows that exist are left alone: the statement runs again if the answer to the first run was lost. */
const INSERT_EVENTS = statement(
  'insert-events',
  `INSERT INTO events (id, event, sequence)
   SELECT new.id, new.event, new.sequence
   FROM unnest($1::text[], $2::text[], $3::integer[])
     WITH ORDINALITY AS new (id, event, sequence, number)
   ORDER BY new.number
   ON CONFLICT (id) DO NOTHING`,
);

/** An event before its row has a sequence number. */
export interface EventText {
  readonly id: string;
  readonly text: string;
}

/** An event in the database. */
export interface EventRow {
  readonly writer: string;
  readonly position: number;
  readonly sequence: number;
  readonly event: string;
  readonly previous: Buffer | null;
}

/** Returns the events as texts, with ids. */
export function eventTexts(events: readonly NewEvent[], ids: EventIds): EventText[] {
  return events.map((event) => {
    const id = ids.next();
    return { id, text: JSON.stringify(stamp(event, id, 0)) };
  });
}

/** Inserts events whose sequence numbers begin with `first`. */
export async function insertEvents(
  queries: Queries,
  events: readonly EventText[],
  first: number,
): Promise<void> {
  if (events.length === 0) return;
  await queries.query(INSERT_EVENTS, [
    events.map(({ id }) => id),
    events.map(({ text }) => text),
    events.map((_, index) => first + index),
  ]);
}

/**
 * Inserts the events of one change into its transaction. The change is a writer of its own: changes of one process end in another order
 * than they begin, but the events of one writer are in order.
 */
export async function insertChange(queries: Queries, events: readonly NewEvent[]): Promise<number> {
  await insertEvents(queries, eventTexts(events, new EventIds()), 1);
  return events.length;
}

/** Returns the event of a row, completed by what only the database knew when the row was written. */
export function eventOf({ event, sequence, previous }: EventRow): RegistryEvent {
  const parsed = parseEvent(event);
  if (parsed === undefined) throw new Error('an event in the database is not valid');
  const data = { ...parsed.data, sequence };
  if (previous === null) return { ...parsed, data };
  return {
    ...parsed,
    type: 'tag.moved',
    data: { ...data, previous: digestOf(previous).toString() },
  };
}
