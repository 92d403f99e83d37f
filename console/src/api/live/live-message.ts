import { type LiveEvent } from '../../../../src/api/client/live-events.js';
import { type RegistryEvent } from '../../../../src/api/client/registry-events.js';

export {
  type FailedRequest,
  type LiveEvent,
  type PullProgress,
  type ReusedBlob,
  type UploadProgress,
} from '../../../../src/api/client/live-events.js';
export { type RegistryEvent };

/**
 * Whether events arrive: `connecting` for the first time, `open`, `lost` until the next attempt succeeds, or `refused` until somebody
 * logs in.
 */
export type LiveState = 'connecting' | 'open' | 'lost' | 'refused';

/** What the connection says to the pages. `missed`: events are missing, so that the present state has to be read. */
export type LiveMessage =
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'event'; readonly event: RegistryEvent | LiveEvent }
  | { readonly kind: 'missed' };

/** What a page says to the connection. `follow` opens it, with events about the present moment or without. */
export type LiveRequest =
  | { readonly kind: 'follow'; readonly registry: string; readonly withMoment: boolean }
  | { readonly kind: 'reconnect' }
  | { readonly kind: 'leave' };
