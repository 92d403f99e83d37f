import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Client } from 'pg';

import { KEPT_TAG_CHANGES } from '../../../src/storage/ports/tag-store.js';
import {
  buildImage,
  buildIndex,
  collect,
  pause,
  publish,
  pushBlob,
  repo,
  tag,
} from '../../../src/storage/contract/fixtures.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { type Database } from '../../../src/storage/postgres/database/database.js';
import { ReadOnlyRow } from '../../../src/storage/postgres/read-only-row.js';
import { newObjectId } from '../../../src/storage/postgres/objects/object-id.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { type ObjectsOfTest } from './servers/objects-of-test.js';
import { useTwoStorages } from './servers/two-storages.js';

const HOME = repo('team/app');

/** What the contract does not say, because other storages do it in other ways. */
describe('the facts in PostgreSQL', () => {
  let url: string;
  let objects: ObjectsOfTest;
  let client: Client;
  let one: Storage;
  let other: Storage;
  const storages = useTwoStorages('facts');
  beforeEach(() => {
    ({ url, objects, client, one, other } = storages());
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
    await waitForLocks(client, 1);
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

  it('pushes and removals lock the same tags in one order, so that they do not deadlock', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const manifest = buildIndex();
    await publish(one, HOME, manifest.bytes, { tags: names.toReversed() });
    const before = await deadlocks(client);

    // All of them wait in the middle, with some tags locked, if they lock them in the order of the client.
    await client.query('BEGIN');
    await client.query(`SELECT FROM tags WHERE name = 'c' FOR UPDATE`);
    const work = [
      publish(one, HOME, buildIndex().bytes, { tags: names }),
      publish(other, HOME, buildIndex().bytes, { tags: names.toReversed() }),
      one.manifests.remove(HOME, manifest.digest),
    ];
    await waitForLocks(client, work.length);
    await client.query('COMMIT');
    await Promise.all(work);

    expect((await deadlocks(client)) - before).toBe(0);
    expect(await collect(one.tags.list(HOME))).toEqual(names);
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

  it('a blob that a collector removes while its last use is recorded does not exist', async () => {
    const digest = await pushBlob(one, HOME, Buffer.from('blob'));
    const store = objects.open();
    const touching = openPostgresStorage({ url, objects: store, touchAfterMs: 0 });
    await client.query('BEGIN');
    await client.query('DELETE FROM blob_links');

    const found = touching.blobs.stat(HOME, digest);
    await waitForLocks(client, 1);
    await client.query('COMMIT');

    expect(await found).toBeUndefined();
    await touching.close();
  });

  it('a collector whose clock is ahead keeps the parts of new uploads', async () => {
    const store = objects.open();
    await store.createParts(newObjectId());
    const set = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 48 * 3_600_000);
    try {
      const rules = { graceMs: 0, keepUntagged: false, uploadTtlMs: 3_600_000 };
      await collect(one.collector?.collect(rules) ?? none());
    } finally {
      set.mockRestore();
    }

    expect((await collect(store.openParts())).length).toBe(1);
  });

  it('the read-only switch does not wait for ever for a database that answers too slowly', async () => {
    const slow = {
      query: async () => {
        await pause(1_100);
        return [];
      },
    } as unknown as Database;

    await expect(new ReadOnlyRow(slow).isOn()).rejects.toMatchObject({ kind: 'storage-gone' });
  });

  it('the storage is ready and writable', async () => {
    await expect(one.ready?.()).resolves.toBeUndefined();
    await expect(one.writable?.()).resolves.toBeUndefined();
  });
});

/** Resolves when so many statements wait for locks. */
async function waitForLocks(client: Client, count: number): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query('SELECT DISTINCT pid FROM pg_locks WHERE NOT granted');
    if ((rowCount ?? 0) >= count) return;
    await pause(10);
  }
}

async function deadlocks(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT deadlocks::integer AS count FROM pg_stat_database WHERE datname = current_database()`,
  );
  return rows[0]?.count ?? NaN;
}

async function* none(): AsyncGenerator<never> {
  // There is no collector.
}
