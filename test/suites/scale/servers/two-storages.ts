import { afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Client } from 'pg';

import { openPostgresStorage } from '../../../../src/storage/postgres/postgres-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { emptyTables, newDatabase } from './databases.js';
import { directoryObjects, type ObjectsOfTest } from './objects-of-test.js';

/** What each test begins with: two storages over the same empty tables and a new directory, and a connection to the database. */
export interface TwoStorages {
  readonly url: string;
  readonly objects: ObjectsOfTest;
  readonly client: Client;
  readonly one: Storage;
  readonly other: Storage;
}

/** Opens them before each test of this file, and closes them after it. @param name that of the database */
export function useTwoStorages(name: string): () => TwoStorages {
  let url = '';
  let opened: TwoStorages | undefined;
  beforeAll(async () => {
    url = await newDatabase(name);
  });
  beforeEach(async () => {
    await emptyTables(url);
    const objects = await directoryObjects();
    const open = (): Storage => openPostgresStorage({ url, objects: objects.open() });
    const client = new Client({ connectionString: url });
    await client.connect();
    opened = { url, objects, client, one: open(), other: open() };
  });
  afterEach(async () => {
    await opened?.client.end();
    await Promise.all([opened?.one.close(), opened?.other.close()]);
    await opened?.objects.dispose();
  });
  return () => {
    if (opened === undefined) throw new Error('the storages are opened before each test');
    return opened;
  };
}
