import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { KEPT_TAG_CHANGES } from '../../../src/storage/ports/tag-store.js';
import {
  buildImage,
  buildIndex,
  collect,
  pause,
  publicationOf,
  publish,
  pushBlob,
  repo,
  tag,
} from '../../../src/storage/contract/fixtures.js';
import { type Outbox } from '../../../src/storage/ports/outbox.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { emptyTables, newDatabase } from './servers/databases.js';
import { directoryObjects, type ObjectsOfTest } from './servers/objects-of-test.js';

const HOME = repo('team/app');

/** What the contract does not say, because other storages do it in other ways. */
describe('the facts in PostgreSQL', () => {
  let url: string;
  let objects: ObjectsOfTest;
  let client: Client;
  let one: Storage;
  let other: Storage;

  beforeAll(async () => {
    url = await newDatabase('facts');
  });
  beforeEach(async () => {
    await emptyTables(url);
    objects = await directoryObjects();
    [one, other] = [objects, objects].map(() =>
      openPostgresStorage({ url, objects: objects.open() }),
    ) as [Storage, Storage];
    client = new Client({ connectionString: url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await Promise.all([one.close(), other.close()]);
    await objects.dispose();
  });

  describe('the outbox', () => {
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

  it('a blob that is collected and pushed again during a push is found by the second look', async () => {
    const image = buildImage();
    for (const blob of [image.config, ...image.layers]) await pushBlob(one, HOME, blob);
    const digests = await client.query<{ id: string }>('SELECT id FROM blobs ORDER BY id LIMIT 1');
    const [first] = digests.rows;
    // The collector removes the link and the blob, and a client pushes it again under another id.
    await client.query('BEGIN');
    await client.query('DELETE FROM blob_links WHERE blob = $1', [first?.id]);
    const pushing = publish(one, HOME, image.bytes);
    await waitForLock(client);
    await client.query(
      `WITH gone AS (DELETE FROM blobs WHERE id = $1 RETURNING digest, size, object)
       INSERT INTO blobs (digest, size, object)
       SELECT digest || '\\x00', size, gen_random_uuid() FROM gone`,
      [first?.id],
    );
    await client.query(
      `WITH again AS (
         UPDATE blobs SET digest = substring(digest FROM 1 FOR 33)
         WHERE octet_length(digest) = 34 RETURNING id
       )
       INSERT INTO blob_links (repo, blob)
       SELECT repositories.id, again.id FROM repositories, again`,
    );
    await client.query('COMMIT');

    await expect(pushing).resolves.toEqual(image.digest);
  });

  it('pushes, moves and removals of the same tags in any order do not deadlock', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const manifests = Array.from({ length: 8 }, () => buildIndex());
    const before = await deadlocks(client);

    const work = Array.from({ length: 160 }, async (_, number) => {
      const storage = number % 2 === 0 ? one : other;
      const manifest = manifests[number % manifests.length] ?? buildIndex();
      const tags = number % 3 === 0 ? names : names.toReversed();
      if (number % 8 === 7) return storage.manifests.remove(HOME, manifest.digest);
      return storage.manifests.publish(HOME, publicationOf(manifest.bytes, { tags }));
    });
    await Promise.all(work);

    expect((await deadlocks(client)) - before).toBe(0);
    const { rows } = await client.query('SELECT count(*)::integer AS count FROM tags');
    expect(rows[0]).toEqual({ count: names.length });
  });

  it('a tag that changes often does not keep more of its history than is needed', async () => {
    for (let number = 0; number < KEPT_TAG_CHANGES + 60; number++) {
      await publish(one, HOME, buildIndex().bytes, { tags: ['latest'] });
    }

    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::integer AS count FROM tag_changes',
    );
    expect(rows[0]?.count).toBeLessThan(KEPT_TAG_CHANGES + 20);
    expect(await collect(one.tags.history(HOME, tag('latest')))).toHaveLength(KEPT_TAG_CHANGES);
  });

  it('the last use of a manifest is recorded again only after a while', async () => {
    const digest = await publish(one, HOME, buildIndex().bytes, { tags: ['1.0'] });
    const lastUsed = async () => {
      const { rows } = await client.query<{ age: number }>(
        'SELECT extract(epoch FROM now() - last_used)::float8 AS age FROM manifests',
      );
      return rows[0]?.age ?? NaN;
    };
    for (const read of [
      () => one.manifests.stat(HOME, digest),
      () => one.manifests.read(HOME, digest),
      () => one.manifests.openTagged(HOME, tag('1.0'), one.tags),
      () => one.tags.resolve(HOME, tag('1.0')),
    ]) {
      await client.query(`UPDATE manifests SET last_used = now() - interval '14 minutes'`);
      await read();
      expect(await lastUsed()).toBeGreaterThan(800);
      await client.query(`UPDATE manifests SET last_used = now() - interval '16 minutes'`);
      await read();
      expect(await lastUsed()).toBeLessThan(60);
    }
  });

  it('the switch is seen by every process when it resolves', async () => {
    expect([await one.readOnly?.isOn(), await other.readOnly?.isOn()]).toEqual([false, false]);

    await one.readOnly?.set(true);
    expect([await one.readOnly?.isOn(), await other.readOnly?.isOn()]).toEqual([true, true]);
    await other.readOnly?.set(false);
    expect([await one.readOnly?.isOn(), await other.readOnly?.isOn()]).toEqual([false, false]);
  });

  it('a lease that was not extended is granted to another process, and cannot be extended then', async () => {
    const terms = { forMs: 300, idleMs: 3_600_000 };
    const first = await one.lease('work', terms);
    expect(await other.lease('work', terms)).toBeUndefined();
    await pause(200);
    await first?.extend();
    await pause(200);
    expect(await other.lease('work', terms)).toBeUndefined();
    await pause(200);

    const second = await other.lease('work', { ...terms, forMs: 60_000 });

    expect([first?.holds, second?.holds]).toEqual([false, true]);
    await first?.extend();
    await first?.release();
    expect([first?.holds, second?.holds]).toEqual([false, true]);
    expect(await one.lease('work', terms)).toBeUndefined();
  });

  it('the storage is ready and writable', async () => {
    await expect(one.ready?.()).resolves.toBeUndefined();
    await expect(one.writable?.()).resolves.toBeUndefined();
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

/** Resolves when a statement waits for a lock. */
async function waitForLock(client: Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if ((rowCount ?? 0) > 0) return;
    await pause(10);
  }
}

async function deadlocks(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT deadlocks::integer AS count FROM pg_stat_database WHERE datname = current_database()`,
  );
  return rows[0]?.count ?? NaN;
}
