import { EVENT_LIMITS, type EventLimits } from '../storage/ports/outbox.js';
import { type EventFilter } from './event-filter.js';

export type WebhookFormat = 'cloudevents' | 'distribution';

/** A receiver of events, as the events file names it. */
export interface WebhookEndpoint {
  readonly name: string;
  readonly url: URL;
  readonly format: WebhookFormat;
  readonly filter: EventFilter;
  /** The files of the secrets that sign, the newest first; empty for no signature. */
  readonly secretFiles: readonly string[];
  /** The file of further headers. */
  readonly headersFile?: string;
  /** Changes with everything that the file says about the endpoint. */
  readonly fingerprint: string;
}

/** How long events are kept, and who gets them. */
export interface EventsPlan {
  readonly keep: EventLimits;
  readonly webhooks: readonly WebhookEndpoint[];
}

/** The plan without an events file. */
export const DEFAULT_PLAN: EventsPlan = { keep: EVENT_LIMITS, webhooks: [] };

/** The present plan of a registry. */
export abstract class CurrentEventsPlan {
  abstract readonly value: EventsPlan;
  /** Stops watching the file. */
  abstract close(): void;
}
