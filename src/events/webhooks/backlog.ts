import { type EndpointBacklog } from '../../domain/delivery-report.js';
import { type Outbox } from '../../storage/ports/outbox.js';
import { type WebhookEndpoint } from '../events-plan.js';
import { type EndpointState, parseState } from './endpoint-state.js';
import { cursorOf, wants } from './endpoint-worker.js';
import { UnreadEvents } from './unread-events.js';

/** No more events than these are counted, because each must be read. */
const MAX_COUNTED = 10_000;

/** Larger pages take less time. */
const PAGE = 1_000;

/** What is stored of an endpoint, and what waits for it. */
export interface EndpointReport extends EndpointBacklog {
  readonly state: EndpointState;
}

/** Resolves to what any process of the storage knows of an endpoint. It is at most a second old. */
export async function reportOf(
  outbox: Outbox,
  endpoint: WebhookEndpoint,
  now: number,
): Promise<EndpointReport> {
  const cursor = cursorOf(endpoint.name);
  const state = parseState(await outbox.cursors.state(cursor));
  const position = await outbox.cursors.get(cursor);
  let pending = state.retries.length;
  let oldest = Math.min(Infinity, ...state.retries.map(({ event }) => Date.parse(event.time)));
  if (position !== undefined) {
    const unread = new UnreadEvents(
      outbox,
      position,
      state.handled,
      (it) => wants(endpoint, it),
      PAGE,
    );
    for (; pending < MAX_COUNTED; pending++) {
      const event = await unread.peek();
      if (event === undefined) break;
      oldest = Math.min(oldest, Date.parse(event.time));
      unread.take(event);
    }
  }
  const oldestSeconds = pending === 0 ? 0 : Math.max(0, now - oldest) / 1_000;
  return { endpoint: endpoint.name, pending, oldestSeconds, state };
}
