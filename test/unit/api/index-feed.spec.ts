import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { IndexFeed } from '../../../src/api/index-feed.js';
import { MemoryOutbox } from '../../../src/storage/memory/outbox.js';

class CountedOutbox extends MemoryOutbox {
  reads = 0;

  override read(...args: Parameters<MemoryOutbox['read']>): ReturnType<MemoryOutbox['read']> {
    this.reads++;
    return super.read(...args);
  }
}

let outbox: CountedOutbox;
let changed: string[];
let isWanted: boolean;
let feed: IndexFeed;
beforeEach(() => {
  outbox = new CountedOutbox();
  changed = [];
  isWanted = true;
  feed = new IndexFeed({
    outbox,
    isWanted: () => isWanted,
    changed: (repository) => changed.push(repository),
    onError: (error) => {
      throw error;
    },
    lookEveryMs: 20,
  });
});
afterEach(() => feed.close());

async function push(repository: string): Promise<void> {
  await outbox.append([{ type: 'manifest.pushed', repository, data: {} }]);
}

describe('the feed of the index of repositories', () => {
  it('reads no events before anybody asks, and then those since the start', async () => {
    await push('team/before');
    feed.begin();
    await push('team/a');
    await outbox.append([{ type: 'gc.finished', data: {} }]);
    await delay(50);
    expect(outbox.reads).toBe(0);

    feed.wake();
    await delay(20);
    await push('team/b');
    await delay(20);

    expect(changed).toEqual(['team/a', 'team/b']);
  });

  it('rests when nobody asks any more, and continues where it was', async () => {
    feed.begin();
    feed.wake();
    await push('team/a');
    await delay(20);
    isWanted = false;
    await delay(60);
    const { reads } = outbox;
    await push('team/b');
    await delay(60);
    expect(outbox.reads).toBe(reads);
    expect(changed).toEqual(['team/a']);

    isWanted = true;
    feed.wake();
    await delay(20);
    expect(changed).toEqual(['team/a', 'team/b']);
  });

  it('ends with the registry', async () => {
    feed.wake();
    await feed.close();
    await push('team/a');
    feed.wake();
    await delay(20);

    expect(changed).toEqual([]);
  });
});
