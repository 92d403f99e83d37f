import { type NewEvent, type RegistryEvent } from '../../domain/registry-event.js';

/** A place between events, as an opaque text that all processes of the storage understand. */
export type EventPosition = string;

/**
 * Where a reader begins: after the last event, at the oldest one that is kept, after the event with this id, or at the first one since
 * a time in milliseconds since the epoch.
 */
export type EventStart =
  'now' | 'beginning' | { readonly after: string } | { readonly since: number };

/**
 * The events of a storage, in the order of their writers, until they are trimmed. A storage also appends the events of its own
 * changes, before the change is acknowledged: docs/events.md.
 */
export abstract class Outbox {
  /**
   * Appends events, in this order. They survive the end of the process.
   *
   * Never rejects, because what the events tell has happened: an event that cannot be stored is counted as lost.
   */
  abstract append(events: readonly NewEvent[]): Promise<void>;

  /** Resolves to a position, or to `undefined` if the event of `after` is unknown or no longer kept. */
  abstract locate(start: EventStart): Promise<EventPosition | undefined>;

  /**
   * Resolves to the next events after a position, from all writers: at most `limit`, or an empty list. Events of one
   * writer are in order, and none is left out; the order between writers is that of the ids, as far as clocks allow.
   */
  abstract read(after: EventPosition, limit: number): Promise<EventPage>;

  /**
   * Calls `listener` within a second after any process appends events, and perhaps more often. It must not throw.
   *
   * @returns a function that ends the calls
   */
  abstract watch(listener: () => void): () => void;

  /** Drops the oldest events beyond the limits, approximately. Resolves to what it dropped. */
  abstract trim(limits: EventLimits): Promise<TrimmedEvents>;

  /** The positions of consumers that continue after a restart. */
  abstract readonly cursors: EventCursors;

  /** What this instance has appended and lost so far. */
  abstract readonly counts: EventCounts;
}

export interface EventPage {
  readonly events: readonly RegistryEvent[];
  /** The position after these events. */
  readonly next: EventPosition;
  /** Whether events after the given position were dropped before they were read. */
  readonly missed: boolean;
}

/** What is kept of the events. */
export interface EventLimits {
  /** In milliseconds. */
  readonly ageMs: number;
  readonly bytes: number;
}

/** What is kept unless somebody decides otherwise: a week, and 256 MiB. */
export const EVENT_LIMITS: EventLimits = { ageMs: 7 * 86_400_000, bytes: 256 * 1024 ** 2 };

/** The events that were dropped, and the consumers with a cursor that had not read all of them. */
export interface TrimmedEvents {
  readonly events: number;
  readonly consumers: readonly string[];
}

export interface EventCounts {
  readonly appended: number;
  readonly lost: number;
}

/** The positions of named consumers, durable and shared by all processes. Names are lower-case letters, digits and hyphens. */
export abstract class EventCursors {
  abstract get(consumer: string): Promise<EventPosition | undefined>;

  /**
   * Stores a position together with a text of the consumer, in one step. Without `state` the cursor has no such text.
   *
   * @throws Error if the name is invalid
   */
  abstract put(consumer: string, position: EventPosition, state?: string): Promise<void>;

  /** Resolves to the text of the last `put`, or to `undefined` if it had none. */
  abstract state(consumer: string): Promise<string | undefined>;

  /** Resolves to the names of all consumers, in no particular order. */
  abstract list(): Promise<string[]>;

  /** Removes a cursor. Resolves to whether it existed. */
  abstract remove(consumer: string): Promise<boolean>;
}

/** Does nothing for a valid name of a consumer. @throws Error for any other */
export function requireConsumerName(name: string): void {
  if (!/^[0-9a-z-]{1,100}$/.test(name))
    throw new Error(`${JSON.stringify(name)} is not a valid name of a consumer`);
}
