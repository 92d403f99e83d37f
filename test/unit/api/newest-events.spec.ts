import { describe, expect, it } from '@jest/globals';

import { NewestEvents } from '../../../src/api/events/newest-events.js';
import { type Rights } from '../../../src/access/guard/rights.js';
import { MemoryOutbox } from '../../../src/storage/memory/outbox.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

const HOUR_MS = 3_600_000;

/** What everybody sees of a registry without logins. */
const ALL = { isAdmin: true, has: () => true } as unknown as Rights;

/** Returns an outbox with an event at each of these times. The tag of each is its place in the list. */
async function outboxWith(times: readonly number[]): Promise<MemoryOutbox> {
  let now = 0;
  const outbox = new MemoryOutbox(() => now, 100_000);
  for (const [at, time] of times.entries()) {
    now = time;
    await outbox.append([
      { type: 'tag.created', repository: 'team/app', data: { tag: String(at) } },
    ]);
  }
  return outbox;
}

/** Resolves to the tags of all events, page by page. */
async function pagesOf(outbox: MemoryOutbox, limit: number): Promise<string[][]> {
  const reader = new NewestEvents({ outbox } as unknown as Storage);
  const pages: string[][] = [];
  let before: string | undefined;
  for (;;) {
    const page = await reader.page({ limit, ...(before !== undefined && { before }) }, ALL);
    pages.push(page.events.map(({ data }) => data.tag ?? ''));
    before = page.next;
    if (!page.more) return pages;
  }
}

describe('the newest events', () => {
  it('come page by page without a gap or a repetition, however far apart they are', async () => {
    const now = Date.now();
    const times = [now - 150 * HOUR_MS, now - 20 * HOUR_MS, now - HOUR_MS, now - 5, now - 5, now];

    expect(await pagesOf(await outboxWith(times), 2)).toEqual([
      ['5', '4'],
      ['3', '2'],
      ['1', '0'],
    ]);
  });

  it('are found among more than are read at once', async () => {
    const now = Date.now();
    const times = Array.from({ length: 12_000 }, (_, at) => now - 50_000 + at * 4);
    const pages = await pagesOf(await outboxWith(times), 1_000);

    expect(pages).toHaveLength(12);
    expect(pages.flat()).toEqual(times.map((_, at) => String(at)).reverse());
  });

  it('are those of the future, too, after the clock was set back', async () => {
    const ahead = Date.now() + HOUR_MS;

    expect(await pagesOf(await outboxWith([ahead, ahead + 1]), 10)).toEqual([['1', '0']]);
  });

  it('are an empty list in an empty outbox', async () => {
    expect(await pagesOf(new MemoryOutbox(), 10)).toEqual([[]]);
  });
});
