import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  chunksOf,
  collect,
  pushBlob,
  pushImage,
  repo,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { type AuditFinding } from '../../../src/storage/ports/verifier.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { Database, statement } from '../../../src/storage/postgres/database/database.js';
import { newObjectId } from '../../../src/storage/postgres/objects/object-id.js';
import {
  type ListedObject,
  type ObjectId,
  type ObjectStore,
} from '../../../src/storage/postgres/objects/object-store.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { auditObjects } from '../../../src/storage/postgres/verify/audit.js';
import { requireOwnObjects } from '../../../src/storage/postgres/require-own-objects.js';
import { ask, emptyTables, newDatabase } from './servers/databases.js';
import { directoryObjects, s3Objects, type ObjectsOfTest } from './servers/objects-of-test.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;
const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: HOUR_MS };

const OBJECTS = statement('test-objects', 'SELECT object FROM blobs ORDER BY id');

/** What an absent verifier or collector yields. */
async function* none(): AsyncGenerator<never> {
  // Nothing.
}

let url: Promise<string> | undefined;

describe.each([
  ['a directory', directoryObjects],
  ['a bucket', s3Objects],
])('a storage over %s', (_, objectsOf) => {
  let subject: ObjectsOfTest;
  let objects: ObjectStore;
  let storage: Storage;
  let place: string;
  let database: Database;
  beforeEach(async () => {
    place = await (url ??= newDatabase('verify'));
    await emptyTables(place);
    subject = await objectsOf();
    objects = subject.open();
    storage = openPostgresStorage({ url: place, objects, objectGraceMs: 0 });
    database = new Database({ url: place, connections: 1 });
  });
  afterEach(async () => {
    await database.close();
    await storage.close();
    await subject.dispose();
  });

  async function onlyObject(): Promise<ListedObject> {
    const [only, ...others] = await collect(objects.list());
    expect(others).toEqual([]);
    if (only === undefined) throw new Error('there is no object');
    return only;
  }

  async function damage(id: ObjectId): Promise<void> {
    await objects.delete([id]);
    await objects.put(id, uniqueBytes(1_000));
  }

  /** The findings of an audit some hours later, when nothing is in use any more. */
  async function audit(): Promise<readonly AuditFinding[]> {
    const later = Date.now() + 2 * HOUR_MS;
    return collect(auditObjects({ database, objects }, later));
  }

  it('finds all content whole, and reads a shared blob once', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const layer = Digest.of(image.layers[0] ?? Buffer.alloc(0));
    await storage.blobs.link(repo('team/other'), layer, HOME);

    const found = await collect(storage.verifier?.verify() ?? none());

    expect(found.every(({ whole }) => whole)).toBe(true);
    expect(found.length).toBe(4);
    const read = found.reduce((sum, one) => sum + one.read, 0);
    expect(read).toBe(await storage.verifier?.total());
  });

  it('finds a damaged blob, which a push replaces after it was moved aside', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(storage, HOME, bytes);
    const { id } = await onlyObject();
    await damage(id);

    const [damaged] = await collect(storage.verifier?.verify() ?? none());
    expect(damaged).toMatchObject({ repository: HOME, kind: 'blobs', whole: false, size: 1_000 });
    if (damaged !== undefined) await storage.verifier?.quarantine(damaged);

    expect(await storage.blobs.stat(HOME, digest)).toBeUndefined();
    expect((await onlyObject()).id).toBe(id);
    await pushBlob(storage, HOME, bytes);
    const [whole] = await collect(storage.verifier?.verify() ?? none());
    expect(whole).toMatchObject({ digest, whole: true });
  });

  it('leaves a blob alone that a push has replaced since it was found damaged', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(storage, HOME, bytes);
    await damage((await onlyObject()).id);
    const [damaged] = await collect(storage.verifier?.verify() ?? none());

    await pushBlob(storage, HOME, bytes);
    if (damaged !== undefined) await storage.verifier?.quarantine(damaged);

    expect(damaged?.whole).toBe(false);
    expect(await storage.blobs.stat(HOME, digest)).toBe(1_000);
  });

  it('reads the new object of a blob that a push replaces while it is verified', async () => {
    const [first, second] = [uniqueBytes(1_000), uniqueBytes(1_000)];
    await pushBlob(storage, HOME, first);
    const digest = await pushBlob(storage, HOME, second);
    const found = (storage.verifier?.verify() ?? none())[Symbol.asyncIterator]();
    await found.next();
    // The rows of both blobs were read together.
    const [, row] = await database.query<{ object: ObjectId }>(OBJECTS);
    await pushBlob(storage, HOME, second);
    await damage(row?.object ?? newObjectId());

    expect((await found.next()).value).toMatchObject({ digest, whole: true });
  });

  it('names no object that belongs to it in an audit, and forgets none of the collected ones', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await pushBlob(storage, HOME, uniqueBytes(100));
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    await held.append(chunksOf(uniqueBytes(50)));
    await held.release();

    expect(await audit()).toEqual([]);
    await collect(storage.collector?.collect({ ...RULES, clockAheadMs: 10_000 }) ?? none());

    expect(await audit()).toEqual([]);
    expect((await collect(objects.list())).length).toBe(3);
  });

  it('names in an audit what only the store has, and deletes it when asked to', async () => {
    await pushBlob(storage, HOME, uniqueBytes(100));
    const stray = newObjectId();
    await objects.put(stray, uniqueBytes(30));

    const findings = await audit();

    expect(findings).toMatchObject([{ kind: 'unnamed', object: stray, size: 30 }]);
    await storage.verifier?.discard?.(findings.filter((one) => one.kind === 'unnamed'));
    await collect(storage.collector?.collect({ ...RULES, graceMs: HOUR_MS }) ?? none());
    expect((await onlyObject()).id).not.toBe(stray);
  });

  it('names in an audit what only the database has', async () => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(100));
    await objects.delete([(await onlyObject()).id]);

    expect(await audit()).toEqual([{ kind: 'missing', digest, size: 100 }]);
  });

  it('deletes nothing of a store that is newer than the database', async () => {
    const stray = { kind: 'unnamed', object: newObjectId(), size: 1, at: Date.now() } as const;

    await expect(storage.verifier?.discard?.([stray])).rejects.toThrow('an old backup');
  });

  it('gives its objects to one database only', async () => {
    await requireOwnObjects(database, objects);
    await requireOwnObjects(database, objects);
    await ask(place, `UPDATE states SET state = gen_random_uuid() WHERE name = 'database-id'`);

    await expect(requireOwnObjects(database, objects)).rejects.toThrow(
      'belongs to another database',
    );
  });

  it('refuses a place without its objects, such as a directory that is not mounted', async () => {
    await requireOwnObjects(database, objects);
    await pushBlob(storage, HOME, uniqueBytes(100));
    const empty = await objectsOf();
    try {
      await expect(requireOwnObjects(database, empty.open())).rejects.toThrow(
        'does not have the objects of the database',
      );
      await requireOwnObjects(database, objects);
    } finally {
      await empty.dispose();
    }
  });

  it('deletes the parts of uploads that ended before they had a row', async () => {
    const stray = newObjectId();
    await objects.createParts(stray);

    await collect(storage.collector?.collect(RULES) ?? none());
    expect((await collect(objects.openParts())).length).toBe(1);
    await collect(storage.collector?.collect({ ...RULES, clockAheadMs: 25 * HOUR_MS }) ?? none());

    expect(await collect(objects.openParts())).toEqual([]);
  });
});
