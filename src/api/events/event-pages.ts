import { Injectable } from '@nestjs/common';

import { type Rights } from '../../access/guard/rights.js';
import { RegistryError } from '../../domain/errors.js';
import { accepts } from '../../events/event-filter.js';
import { Storage } from '../../storage/ports/storage.js';
import { type EventsDto, type EventsQuery } from './events-api.dto.js';
import { filterOf, seenBy, type SeenEvent } from './event-view.js';

const PAGE = 500;

/** No more events are read for one answer. Its `next` leads to the rest. */
const MAX_READ = 20_000;

/** Reads pages of events for callers. */
@Injectable()
export class EventPages {
  constructor(private readonly storage: Storage) {}

  /** Resolves to the events after the one of the query that the caller may see. @throws RegistryError `event-not-kept` */
  async page(query: EventsQuery, rights: Rights): Promise<EventsDto> {
    const { after, limit } = query;
    const filter = filterOf(query);
    const { outbox } = this.storage;
    let position = await outbox.locate(after === undefined ? 'beginning' : { after });
    if (position === undefined) throw notKept(after ?? '');
    const events: SeenEvent[] = [];
    let [next, looked] = [after, after];
    for (let read = 0; read < MAX_READ;) {
      const page = await outbox.read(position, PAGE);
      for (const event of page.events) {
        const seen = accepts(filter, event) ? seenBy(rights, event) : undefined;
        if (seen !== undefined && events.length === limit) return eventsAnswer(events, next, true);
        looked = event.id;
        if (seen === undefined) continue;
        events.push(seen);
        next = event.id;
      }
      if (page.events.length === 0) return eventsAnswer(events, next, false);
      read += page.events.length;
      position = page.next;
    }
    // Only here the id may be that of an event which the caller does not see: otherwise a client could not get past those.
    return eventsAnswer(events, looked, true);
  }
}

/** Returns the failure of an id whose event is not kept. */
function notKept(id: string): RegistryError {
  const advice = 'read the current state, then follow the events from now on';
  return new RegistryError('event-not-kept', 'the event with this id is not kept', {
    after: id.slice(0, 100),
    advice,
  });
}

/** Returns a page of events as the API shows it. */
export function eventsAnswer(
  events: SeenEvent[],
  next: string | undefined,
  more: boolean,
): EventsDto {
  return {
    events: events.map(({ data: { tags, ...data }, ...event }) => ({
      ...event,
      data: { ...data, ...(tags && { tags: [...tags] }) },
    })),
    ...(next !== undefined && { next }),
    more,
  };
}
