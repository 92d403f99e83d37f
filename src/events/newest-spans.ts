import { firstEventIdAt, timeOfEventId } from '../domain/event-id.js';
import { type RegistryEvent } from '../domain/registry-event.js';
import { type Outbox } from '../storage/ports/outbox.js';

const PAGE = 500;

/** No more events are read at once. */
const MAX_READ = 20_000;

/** A span with more events is read again as shorter ones. */
const MAX_IN_SPAN = 5_000;

/** The spans in which events are read: the first and the shortest one, in milliseconds, and how they grow. */
const FIRST_SPAN_MS = 60_000;
const SHORTEST_SPAN_MS = 1_000;
const GROWTH = 8;

/** The events of a span of time. */
export interface EventSpan {
  /** The newest first. */
  readonly events: readonly RegistryEvent[];
  /** The id before which older events are. Absent if nothing is older. */
  readonly before?: string;
}

/**
 * Yields the events before an id in spans of time, later ones first, until 20,000 are read. An outbox is read forwards.
 *
 * @param before by default all events are read
 */
export async function* newestSpans(outbox: Outbox, before?: string): AsyncGenerator<EventSpan> {
  const oldest = await timeOfOldest(outbox);
  if (oldest === undefined) return;
  // A clock may have been set back since an event.
  const last = before === undefined ? Math.max(Date.now(), oldest) : timeOfEventId(before);
  let [end, endMs] = [before, last + 1];
  let [spanMs, read] = [FIRST_SPAN_MS, 0];
  while (endMs > oldest && read < MAX_READ) {
    const since = endMs - spanMs;
    const events = await readSpan(outbox, since, end, spanMs > SHORTEST_SPAN_MS);
    if (events === undefined) {
      spanMs = Math.max(SHORTEST_SPAN_MS, spanMs / GROWTH);
      continue;
    }
    read += events.length;
    [end, endMs, spanMs] = [firstEventIdAt(since), since, spanMs * GROWTH];
    yield { events: events.reverse(), ...(endMs > oldest && { before: end }) };
  }
}

/** Resolves to the time of the oldest event, in milliseconds since the epoch, or to `undefined` if there are no events. */
async function timeOfOldest(outbox: Outbox): Promise<number | undefined> {
  const { events } = await outbox.read((await outbox.locate('beginning')) ?? '', 1);
  return events[0] && timeOfEventId(events[0].id);
}

/** Resolves to the events since a time and before an id, or to `undefined` if they are too many. */
async function readSpan(
  outbox: Outbox,
  since: number,
  end: string | undefined,
  isLimited: boolean,
): Promise<RegistryEvent[] | undefined> {
  const found: RegistryEvent[] = [];
  const first = firstEventIdAt(since);
  let position = (await outbox.locate({ since })) ?? '';
  for (;;) {
    const { events, next } = await outbox.read(position, PAGE);
    const within = events.filter(({ id }) => id >= first && (end === undefined || id < end));
    found.push(...within);
    // Events of writers that write at the same time are not quite in the order of their ids, so a page goes on beyond the end.
    const isOver = end !== undefined && events.every(({ id }) => id >= end);
    if (isOver || events.length === 0) return found.sort(byId);
    if (isLimited && found.length > MAX_IN_SPAN) return undefined;
    position = next;
  }
}

function byId(one: RegistryEvent, other: RegistryEvent): number {
  return one.id < other.id ? -1 : 1;
}
