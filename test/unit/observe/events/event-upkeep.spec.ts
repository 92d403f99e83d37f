import { describe, expect, it } from '@jest/globals';

import { loadSettings } from '../../../../src/config/settings.js';
import { DEFAULT_PLAN } from '../../../../src/events/events-plan.js';
import { Log } from '../../../../src/log/log.js';
import { EventUpkeep } from '../../../../src/observe/events/event-upkeep.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { KeptLog } from '../../../support/kept-log.js';

const HOUR_MS = 3_600_000;

function upkeepOf(storage: Storage, log = KeptLog.open('text')): EventUpkeep {
  const { storage: settings } = loadSettings({ REGISTRY_STORAGE_MIN_FREE: '1GiB' });
  const plan = { value: DEFAULT_PLAN, close: () => undefined };
  return new EventUpkeep(storage, settings, plan, new Log(log));
}

function withSpace(storage: Storage): Storage {
  return Object.assign(Object.create(storage) as Storage, { freeBytes: async () => Infinity });
}

async function typesIn({ outbox }: Storage): Promise<string[]> {
  return (await outbox.read('', 100)).events.map(({ type }) => type);
}

describe('the upkeep of the events', () => {
  it('records low space at most once an hour, for all processes of the storage', async () => {
    let now = Date.now();
    const storage = createMemoryStorage({ maxBytes: 10_000_000, now: () => now });
    const [one, other] = [upkeepOf(storage), upkeepOf(storage)];

    for (const minute of [0, 1, 59]) {
      now += minute;
      await one.run();
      await other.run();
    }
    expect(await typesIn(storage)).toEqual(['storage.low']);
    now += HOUR_MS;
    await other.run();

    expect(await typesIn(storage)).toEqual(['storage.low', 'storage.low']);
  });

  it('drops events after a week, and names the consumers that had not read them', async () => {
    let now = Date.now();
    const storage = createMemoryStorage({ maxBytes: 10_000_000, now: () => now });
    const { outbox } = storage;
    await outbox.append([{ type: 'tag.created', data: { tag: 'a' } }]);
    await outbox.cursors.put('deploy', (await outbox.locate('beginning')) ?? '');
    now += 8 * 24 * HOUR_MS;
    const log = KeptLog.open('text');

    await upkeepOf(withSpace(storage), log).run();

    expect(await typesIn(storage)).toEqual([]);
    expect(log.text).toContain('dropped 1 old events, some of them unread by deploy');
  });

  it('logs lost events once', async () => {
    const storage = createMemoryStorage({ maxBytes: 10_000_000 });
    Object.defineProperty(storage.outbox, 'counts', { value: { appended: 0, lost: 3 } });
    const log = KeptLog.open('text');
    const upkeep = upkeepOf(withSpace(storage), log);

    await upkeep.run();
    await upkeep.run();

    expect(log.text.match(/3 events could not be stored and are lost/g)).toHaveLength(1);
  });
});
