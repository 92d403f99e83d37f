import { Client } from 'pg';

import { type StorageFactory } from '../../../../src/storage/contract/storage-under-test.js';
import { openPostgresStorage } from '../../../../src/storage/postgres/postgres-storage.js';
import { migrate } from '../../../../src/storage/postgres/schema/migrate.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { type ObjectsOfTest } from './objects-of-test.js';

/** Makes storages over one database of the shared server, which is emptied before each test. */
export function postgresFactory(
  database: string,
  objectsOf: () => Promise<ObjectsOfTest>,
): StorageFactory {
  let url: Promise<string> | undefined;
  return async ({ staleAfterMs }) => {
    const at = await (url ??= newDatabase(database));
    await emptyTables(at);
    const objects = await objectsOf();
    const opened: Storage[] = [];
    const open = (): Storage => {
      const stale = staleAfterMs === undefined ? {} : { staleAfterMs };
      const storage = openPostgresStorage({ url: at, objects: objects.open(), ...stale });
      opened.push(storage);
      return storage;
    };
    return {
      storage: open(),
      reopen: () => Promise.resolve(open()),
      dispose: async () => {
        // A test may have closed one of them.
        await Promise.allSettled(opened.map((storage) => storage.close()));
        await objects.dispose();
      },
    };
  };
}

/** Creates the database with its tables, and resolves to its URL. */
async function newDatabase(name: string): Promise<string> {
  const server = process.env['SCALE_POSTGRES'];
  if (server === undefined) throw new Error('the server of the suite does not run');
  await ask(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await ask(server, `CREATE DATABASE ${name}`);
  const url = server.replace(/[^/]*$/, name);
  await migrate(url);
  return url;
}

async function emptyTables(url: string): Promise<void> {
  await ask(
    url,
    `DO $$ BEGIN EXECUTE (
       SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
       FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%'
     ); END $$`,
  );
}

async function ask(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
