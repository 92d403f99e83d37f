import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Client } from 'pg';

import { buildIndex, publish, repo } from '../../../src/storage/contract/fixtures.js';
import { type Outbox } from '../../../src/storage/ports/outbox.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { useTwoStorages } from './servers/two-storages.js';

const HOME = repo('team/app');

describe('the outbox in PostgreSQL', () => {
  let client: Client;
  let one: Storage;
  let other: Storage;
  const storages = useTwoStorages('outbox');
  beforeEach(() => {
    ({ client, one, other } = storages());
  });

  it('shows no event that comes after one of a running transaction, and then both in order', async () => {
    const start = (await one.outbox.locate('now')) ?? '';
    await client.query('BEGIN');
    await insertEvent(client, '01JDXXXXXXXXXXXXXXXXXXXXX1');
    await other.outbox.append([{ type: 'gc.finished', data: {} }]);

    const during = await one.outbox.read(start, 10);
    const now = (await one.outbox.locate('now')) ?? '';
    await client.query('COMMIT');
    const after = await one.outbox.read(during.next, 10);

    expect(during.events).toEqual([]);
    expect(after.events.map(({ type }) => type)).toEqual(['storage.low', 'gc.finished']);
    // Nothing is lost for a reader that began while the transaction ran.
    expect((await one.outbox.read(now, 10)).events).toEqual(after.events);
  });

  it('reports that events were missed for a position of another server', async () => {
    await one.outbox.append([{ type: 'gc.finished', data: {} }]);
    await one.outbox.trim({ ageMs: 3_600_000, bytes: 1024 ** 3 });

    for (const position of ['9000000000.1', 'abc.12', '']) {
      const page = await one.outbox.read(position, 10);
      expect([page.missed, page.events.length]).toEqual([true, 1]);
      expect(await one.outbox.read(page.next, 10)).toMatchObject({ missed: false, events: [] });
    }
  });

  it('shows the events of another server after the tables were copied from it', async () => {
    await one.outbox.append([{ type: 'gc.finished', data: {} }]);
    await client.query(`UPDATE events SET writer = '9000000000'`);
    await client.query(
      `INSERT INTO states (name, state) VALUES ('events-trimmed', '9000000000.0')`,
    );

    await one.outbox.trim({ ageMs: 3_600_000, bytes: 1024 ** 3 });
    await one.outbox.append([{ type: 'storage.low', data: {} }]);

    const page = await one.outbox.read((await one.outbox.locate('beginning')) ?? '', 10);
    expect(page.events.map(({ type }) => type)).toEqual(['gc.finished', 'storage.low']);
    expect(page.missed).toBe(false);
  });

  it('counts the events of each push from 1, and those of a process as well', async () => {
    await publish(one, HOME, buildIndex().bytes, { tags: ['1.0'] });
    await one.outbox.append([{ type: 'gc.finished', data: {} }]);
    await publish(one, HOME, buildIndex().bytes, { tags: ['1.0', '1.1'] });
    await one.outbox.append([{ type: 'gc.finished', data: {} }]);

    const events = await allEvents(one.outbox);

    expect(events.map(({ type, data }) => `${type} ${data.sequence}`)).toEqual([
      'repository.created 1',
      'manifest.pushed 2',
      'tag.created 3',
      'gc.finished 1',
      'manifest.pushed 1',
      'tag.moved 2',
      'tag.created 3',
      'gc.finished 2',
    ]);
  });

  it('counts an event as lost if it cannot be stored', async () => {
    await client.query('ALTER TABLE events RENAME TO events_away');
    try {
      await one.outbox.append([{ type: 'gc.finished', data: {} }]);
    } finally {
      await client.query('ALTER TABLE events_away RENAME TO events');
    }

    expect(one.outbox.counts).toEqual({ appended: 0, lost: 1 });
  });
});

async function insertEvent(client: Client, id: string): Promise<void> {
  const event = { id, type: 'storage.low', time: '2026-01-01T00:00:00.000Z', data: {} };
  await client.query('INSERT INTO events (id, sequence, event) VALUES ($1, 1, $2)', [
    id,
    JSON.stringify(event),
  ]);
}

async function allEvents(outbox: Outbox) {
  return (await outbox.read((await outbox.locate('beginning')) ?? '', 1_000)).events;
}
