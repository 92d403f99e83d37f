import { randomUUID } from 'node:crypto';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { type UploadId } from '../../../src/domain/upload-session.js';
import {
  chunksOf,
  collect,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { Database, statement } from '../../../src/storage/postgres/database/database.js';
import { newObjectId } from '../../../src/storage/postgres/objects/object-id.js';
import { type ObjectStore } from '../../../src/storage/postgres/objects/object-store.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { recordBytes } from '../../../src/storage/postgres/uploads/staged-rows.js';
import { type HoldKey, takeUpload } from '../../../src/storage/postgres/uploads/upload-rows.js';
import { ask, emptyTables, newDatabase } from './servers/databases.js';
import { LostCommits } from './servers/lost-commits.js';
import { directoryObjects, type ObjectsOfTest } from './servers/objects-of-test.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;
const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: HOUR_MS };

const BECOME_STANDBY = statement('test-become-standby', 'SET default_transaction_read_only = on');
const WRITE = statement(
  'test-write',
  `INSERT INTO states (name, state) VALUES ('test', '') RETURNING name`,
);
const OWN_PROCESS = statement('test-own-process', `SELECT pg_backend_pid() AS pid`);

describe('a statement or a step that is done twice', () => {
  let url: string;
  let subject: ObjectsOfTest;
  let objects: ObjectStore;
  let storage: Storage;
  let database: Database;
  beforeAll(async () => {
    url = await newDatabase('repeats');
  });
  beforeEach(async () => {
    await emptyTables(url);
    subject = await directoryObjects();
    objects = subject.open();
    storage = openPostgresStorage({ url, objects, objectGraceMs: HOUR_MS });
    database = new Database({ url, connections: 2 });
  });
  afterEach(async () => {
    await database.close();
    await storage.close();
    await subject.dispose();
  });

  async function takenUpload(): Promise<HoldKey & { readonly id: UploadId }> {
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const holder = randomUUID();
    await takeUpload(database, { repository: HOME, id }, holder, HOUR_MS);
    return { id, holder, forMs: HOUR_MS };
  }

  async function onlyObject() {
    const [only, ...others] = await collect(objects.list());
    expect(others).toEqual([]);
    if (only === undefined) throw new Error('there is no object');
    return only.id;
  }

  it('a transaction runs again after the server ended its connection between two statements', async () => {
    let runs = 0;
    await database.transaction(async (transaction) => {
      const [own] = await transaction.query<{ pid: number }>(OWN_PROCESS);
      if (++runs === 1) {
        await ask(url, `SELECT pg_terminate_backend(${own?.pid ?? 0})`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await transaction.query(OWN_PROCESS);
    });

    expect(runs).toBe(2);
  });

  it('a transaction runs again on another connection after its server has become a standby', async () => {
    const single = new Database({ url, connections: 1 });
    try {
      await single.query(BECOME_STANDBY);

      const rows = await single.transaction((transaction) => transaction.query(WRITE));

      expect(rows).toEqual([{ name: 'test' }]);
    } finally {
      await single.close();
    }
  });

  it.each([1, 10])(
    'a transaction does not run again if only the answer to its COMMIT was lost, with %i connections',
    async (connections) => {
      const proxy = await LostCommits.start(url);
      const behind = new Database({ url: proxy.url, connections });
      let runs = 0;
      try {
        proxy.toLose = 1;
        await behind.transaction((transaction) => {
          runs++;
          return transaction.query(WRITE);
        });
      } finally {
        await behind.close();
        await proxy.dispose();
      }

      expect(runs).toBe(1);
    },
  );

  it('the removals of a tag, a manifest and a blob succeed if only the answers were lost', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const proxy = await LostCommits.start(url);
    const behind = openPostgresStorage({ url: proxy.url, objects: subject.open() });
    try {
      proxy.toLose = 1;
      expect(await behind.tags.remove(HOME, tag('1.0'))).toBe(true);
      proxy.toLose = 1;
      expect(await behind.manifests.remove(HOME, Digest.of(image.bytes))).toEqual({ tags: [] });
      proxy.toLose = 1;
      expect(await behind.blobs.unlink(HOME, Digest.of(image.config))).toBe(true);
    } finally {
      await behind.close();
      await proxy.dispose();
    }
  });

  it('the parts of an append are acknowledged again', async () => {
    const key = await takenUpload();
    const written = {
      ...{ received: 7, running: null, object: newObjectId(), parts: 'p', tail: null, tailSize: 0 },
      newParts: [{ number: 1, etag: 'e', size: 7 }],
    };

    expect(await recordBytes(database, key, written)).toBe(true);
    expect(await recordBytes(database, key, written)).toBe(true);
    expect((await storage.uploads.find(HOME, key.id))?.offset).toBe(7);
  });

  it('an object that was doomed after a lost answer keeps its grace period when its blob is replaced', async () => {
    const bytes = uniqueBytes(1_000);
    await pushBlob(storage, HOME, bytes);
    const object = await onlyObject();
    // The writer believed that its append had failed.
    await ask(
      url,
      `INSERT INTO doomed_objects (object, delete_after, because) VALUES ('${object}', now(), 'upload')`,
    );

    await pushBlob(storage, HOME, bytes);
    await collect(storage.collector?.collect(RULES) ?? nothing());

    expect(await objects.size(object)).toBe(1_000);
  });

  it('an object that was doomed after a lost answer keeps its grace period when its blob is collected', async () => {
    await pushBlob(storage, HOME, uniqueBytes(1_000));
    const object = await onlyObject();
    await ask(
      url,
      `INSERT INTO doomed_objects (object, delete_after, because) VALUES ('${object}', now(), 'upload')`,
    );

    await collect(storage.collector?.collect({ ...RULES, clockAheadMs: 1_000 }) ?? nothing());

    expect(await objects.size(object)).toBe(1_000);
  });

  it('a session without bytes goes on after a commit with a wrong digest of another algorithm', async () => {
    const bytes = uniqueBytes(100);
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    await expect(held.commit(Digest.of(bytes, 'sha512'))).rejects.toMatchObject({
      kind: 'digest-mismatch',
    });

    await held.append(chunksOf(bytes));

    expect(await held.commit(Digest.of(bytes))).toBe(100);
  });
});

async function* nothing(): AsyncGenerator<never> {
  // There is no collector.
}
