import { isJsonObject } from './descriptor.js';
import { isEventId } from './event-id.js';

/** The types of events, each in the past tense. `blob.pushed` and `image.pulled` are reserved: nothing emits them yet. */
export const EVENT_TYPES = [
  'tag.created',
  'tag.moved',
  'tag.deleted',
  'manifest.pushed',
  'manifest.deleted',
  'repository.created',
  'repository.deleted',
  'referrer.added',
  'gc.finished',
  'storage.low',
  'login.failed',
  'mirror.fetched',
  'mirror.limited',
  'mirror.failed',
  'blob.pushed',
  'image.pulled',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Something that changed in a registry. It is plain JSON: docs/events.md. */
export interface RegistryEvent {
  /** Unique, and sortable: later events of one writer have greater ids. */
  readonly id: string;
  readonly type: EventType;
  /** When it happened, in ISO 8601. */
  readonly time: string;
  /** Absent for events of the whole registry. */
  readonly repository?: string;
  readonly data: EventData;
  /** The request that caused it. Absent if there was none. */
  readonly origin?: EventOrigin;
}

/** An event before the outbox gives it an id, a time and a sequence number. */
export type NewEvent = Omit<RegistryEvent, 'id' | 'time' | 'data'> & {
  readonly data: Omit<EventData, 'sequence'>;
};

/** The details of an event. Which of them are present depends on its type. */
export interface EventData {
  /**
   * Counts the events of one writer, from 1: a process, or in PostgreSQL each change. A gap means that the writer could not store an
   * event.
   */
  readonly sequence: number;
  readonly tag?: string;
  /** The tags that a push named, also those that pointed to the manifest before. */
  readonly tags?: readonly string[];
  readonly digest?: string;
  readonly mediaType?: string;
  /** In bytes. */
  readonly size?: number;
  /** The digest that a moved tag pointed to before. */
  readonly previous?: string;
  /** The login of the client. For `login.failed`, the login that it claimed. */
  readonly by?: string;
  /** The digest of the manifest that a referrer refers to. */
  readonly subject?: string;
  /** The same text in all events of one push. */
  readonly push?: string;
  /** Whether the event was found after the process that should have recorded it had died. */
  readonly recovered?: true;
  /** How a collection ended. */
  readonly result?: 'complete' | 'failed' | 'stopped';
  readonly milliseconds?: number;
  readonly freedBytes?: number;
  readonly freeBytes?: number;
  readonly minFreeBytes?: number;
  /** The mirror that stored content of its upstream, or whose upstream fails. */
  readonly mirror?: string;
  /** Why the upstream of a mirror is not asked for a while. */
  readonly reason?: string;
}

/** The request that caused an event. */
export interface EventOrigin {
  readonly requestId?: string;
  /** The address of the client. */
  readonly address?: string;
  /** The scheme, and the host with its port, by which clients reach the registry. */
  readonly scheme?: string;
  readonly host?: string;
  readonly method?: string;
  readonly userAgent?: string;
}

/** Parses a stored event. Returns `undefined` for a text that is not one, such as a line that was cut. */
export function parseEvent(text: string): RegistryEvent | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (!isJsonObject(json) || !isJsonObject(json['data'])) return undefined;
    const { id, type, time } = json;
    if (typeof id !== 'string' || !isEventId(id)) return undefined;
    const isWhole = typeof type === 'string' && typeof time === 'string';
    return isWhole ? (json as unknown as RegistryEvent) : undefined;
  } catch {
    return undefined;
  }
}
