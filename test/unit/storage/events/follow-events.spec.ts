import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RegistryEvent } from '../../../../src/domain/registry-event.js';
import { MemoryOutbox } from '../../../../src/storage/memory/outbox.js';
import { EventNotKept, followEvents } from '../../../../src/storage/protocol/follow-events.js';

let outbox: MemoryOutbox;
let ending: AbortController;
beforeEach(() => {
  outbox = new MemoryOutbox();
  ending = new AbortController();
});
afterEach(() => ending.abort());

async function append(...tags: string[]): Promise<void> {
  await outbox.append(tags.map((tag) => ({ type: 'tag.created', data: { tag } })));
}

/** Resolves to the tags of the next `count` events. */
async function take(
  events: AsyncGenerator<RegistryEvent, void, void>,
  count: number,
): Promise<string[]> {
  const found: string[] = [];
  for (let left = count; left > 0; left--) {
    const next = await events.next();
    if (next.done !== true) found.push(next.value.data.tag ?? '');
  }
  return found;
}

describe('following the events', () => {
  it('yields those since the call, before and during the iteration', async () => {
    await append('before');
    const events = followEvents(outbox, 'now', ending.signal);
    await append('a');

    expect(await take(events, 1)).toEqual(['a']);
    const next = take(events, 2);
    await append('b');
    await append('c');
    expect(await next).toEqual(['b', 'c']);
  });

  it('continues after an id', async () => {
    await append('a', 'b', 'c');
    const { events } = await outbox.read('', 1);

    const rest = followEvents(outbox, { after: events[0]?.id ?? '' }, ending.signal);

    expect(await take(rest, 2)).toEqual(['b', 'c']);
  });

  it('fails for an id whose event is not kept', async () => {
    const events = followEvents(outbox, { after: 'gone' }, ending.signal);

    await expect(events.next()).rejects.toThrow(EventNotKept);
  });

  it('ends when the signal aborts, also while it waits', async () => {
    const events = followEvents(outbox, 'now', ending.signal);
    const waiting = events.next();

    ending.abort();

    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('listens no longer after the loop was left', async () => {
    await append('a');
    for await (const event of followEvents(outbox, 'beginning', ending.signal)) {
      expect(event.data.tag).toBe('a');
      expect(outbox.listeners.size).toBe(1);
      break;
    }

    expect(outbox.listeners.size).toBe(0);
  });

  it('yields all of more events than one page has', async () => {
    const tags = Array.from({ length: 250 }, (_, index) => `t${index}`);
    await append(...tags);

    expect(await take(followEvents(outbox, 'beginning', ending.signal), 250)).toEqual(tags);
  });
});

describe('the outbox in memory', () => {
  it('drops the oldest events beyond its bound, and says so to readers and to the next trim', async () => {
    const small = new MemoryOutbox(Date.now, 10);
    const beginning = (await small.locate('beginning')) ?? '';
    await small.cursors.put('slow', beginning);
    for (let count = 0; count < 25; count++)
      await small.append([{ type: 'storage.low', data: {} }]);

    const { events, missed } = await small.read(beginning, 100);

    expect([events.length, events.at(-1)?.data.sequence, missed]).toEqual([15, 25, true]);
    const trimmed = await small.trim({ ageMs: 1e9, bytes: 1e9 });
    expect(trimmed).toEqual({ events: 10, consumers: ['slow'] });
  });
});
