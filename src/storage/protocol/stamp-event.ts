import { timeOfEventId } from '../../domain/event-id.js';
import { type NewEvent, type RegistryEvent } from '../../domain/registry-event.js';

/** Returns the event with an id, the time of the id, and a sequence number. */
export function stamp(event: NewEvent, id: string, sequence: number): RegistryEvent {
  const { type, repository, data, origin } = event;
  return {
    id,
    type,
    time: new Date(timeOfEventId(id)).toISOString(),
    ...(repository !== undefined && { repository }),
    data: { ...data, sequence },
    ...(origin && { origin }),
  };
}
