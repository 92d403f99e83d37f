import { Injectable } from '@nestjs/common';

import { type Rights } from '../../access/guard/rights.js';
import { type RegistryEvent } from '../../domain/registry-event.js';
import { accepts, type EventFilter } from '../../events/event-filter.js';
import { newestSpans } from '../../events/newest-spans.js';
import { Storage } from '../../storage/ports/storage.js';
import { eventsAnswer } from './event-pages.js';
import { filterOf, seenBy, type SeenEvent } from './event-view.js';
import { type EventsDto, type EventsQuery } from './events-api.dto.js';

/** Reads pages of events with the newest first. */
@Injectable()
export class NewestEvents {
  constructor(private readonly storage: Storage) {}

  /** Resolves to the events before the one of the query that the caller may see. */
  async page(query: EventsQuery, rights: Rights): Promise<EventsDto> {
    const filter = filterOf(query);
    const found: SeenEvent[] = [];
    let before: string | undefined;
    for await (const span of newestSpans(this.storage.outbox, query.before)) {
      for (const event of seenOf(span.events, filter, rights)) {
        if (found.length === query.limit) return eventsAnswer(found, found.at(-1)?.id, true);
        found.push(event);
      }
      ({ before } = span);
    }
    return eventsAnswer(found, before, before !== undefined);
  }
}

/** Yields what the caller sees. */
function* seenOf(
  events: readonly RegistryEvent[],
  filter: EventFilter,
  rights: Rights,
): Generator<SeenEvent> {
  for (const event of events) {
    const seen = accepts(filter, event) ? seenBy(rights, event) : undefined;
    if (seen !== undefined) yield seen;
  }
}
