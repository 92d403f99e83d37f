import { expect, it } from '@jest/globals';

import { EventIds } from '../../../src/domain/event-id.js';
import { type RegistryEvent } from '../../../src/domain/registry-event.js';
import { newestSpans } from '../../../src/events/newest-spans.js';
import { type Outbox } from '../../../src/storage/ports/outbox.js';

const MINUTE_MS = 60_000;

/** An outbox whose events are in the order in which their transactions ended, which is not quite that of their ids. */
function outboxOf(events: readonly RegistryEvent[]): Outbox {
  const since = (at: number) => events.findIndex(({ time }) => Date.parse(time) >= at);
  return {
    locate: (start: { since: number } | 'beginning') =>
      Promise.resolve(String(start === 'beginning' ? 0 : Math.max(0, since(start.since)))),
    read: (after: string, limit: number) => {
      const page = events.slice(Number(after), Number(after) + limit);
      return Promise.resolve({ events: page, next: String(Number(after) + page.length) });
    },
  } as unknown as Outbox;
}

it('yields every event once and the newest first, although writers ended out of order', async () => {
  let now = Date.now() - 20 * MINUTE_MS;
  const ids = new EventIds('0123456789AB', () => now);
  const events = Array.from({ length: 2_000 }, (_, sequence): RegistryEvent => {
    now += 500;
    const time = new Date(now).toISOString();
    return { id: ids.next(), type: 'gc.finished', time, data: { sequence } };
  });
  // Each third one ended after the next two.
  const ended = [...events];
  for (let at = 0; at + 2 < ended.length; at += 3) ended.splice(at + 2, 0, ...ended.splice(at, 1));

  const found: string[] = [];
  for await (const span of newestSpans(outboxOf(ended)))
    found.push(...span.events.map(({ id }) => id));

  expect(found).toEqual(events.map(({ id }) => id).reverse());
});
