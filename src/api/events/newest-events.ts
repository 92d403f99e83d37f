import { Injectable } from '@nestjs/common';

import { type Rights } from '../../access/guard/rights.js';
import { firstEventIdAt, timeOfEventId } from '../../domain/event-id.js';
import { type RegistryEvent } from '../../domain/registry-event.js';
import { accepts, type EventFilter } from '../../events/event-filter.js';
import { type Outbox } from '../../storage/ports/outbox.js';
import { Storage } from '../../storage/ports/storage.js';
import { eventsAnswer } from './event-pages.js';
import { filterOf, seenBy, type SeenEvent } from './event-view.js';
import { type EventsDto, type EventsQuery } from './events-api.dto.js';

const PAGE = 500;

/** No more events are read for one answer. Its `next` leads to the rest. */
const MAX_READ = 20_000;

/** A span with more events is read again as shorter ones. */
const MAX_IN_SPAN = 5_000;

/** The spans in which events are read: the first and the shortest one, in milliseconds, and how they grow. */
const FIRST_SPAN_MS = 60_000;
const SHORTEST_SPAN_MS = 1_000;
const GROWTH = 8;

/** Reads pages of events with the newest first. An outbox is read forwards, so this reads spans of time, later ones first. */
@Injectable()
export class NewestEvents {
  constructor(private readonly storage: Storage) {}

  /** Resolves to the events before the one of the query that the caller may see. */
  async page(query: EventsQuery, rights: Rights): Promise<EventsDto> {
    const { before, limit } = query;
    const filter = filterOf(query);
    const { outbox } = this.storage;
    const oldest = await timeOfOldest(outbox);
    const found: SeenEvent[] = [];
    if (oldest === undefined) return eventsAnswer(found, undefined, false);
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
      for (const event of seenOf(events, filter, rights)) {
        if (found.length === limit) return eventsAnswer(found, found.at(-1)?.id, true);
        found.push(event);
      }
      read += events.length;
      [end, endMs, spanMs] = [firstEventIdAt(since), since, spanMs * GROWTH];
    }
    const more = endMs > oldest;
    return eventsAnswer(found, more ? end : undefined, more);
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
  let position = (await outbox.locate({ since })) ?? '';
  for (;;) {
    const { events, next } = await outbox.read(position, PAGE);
    const within = end === undefined ? events : events.filter(({ id }) => id < end);
    found.push(...within);
    if (within.length < events.length || events.length === 0) return found;
    if (isLimited && found.length > MAX_IN_SPAN) return undefined;
    position = next;
  }
}

/** Yields what the caller sees, the newest first. */
function* seenOf(
  events: readonly RegistryEvent[],
  filter: EventFilter,
  rights: Rights,
): Generator<SeenEvent> {
  for (const event of events.toReversed()) {
    const seen = accepts(filter, event) ? seenBy(rights, event) : undefined;
    if (seen !== undefined) yield seen;
  }
}
