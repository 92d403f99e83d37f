import { Client } from 'pg';

import { migrate } from '../../../../src/storage/postgres/schema/migrate.js';

/** Creates a database with its tables, and resolves to its URL. */
export async function newDatabase(name: string): Promise<string> {
  const url = await emptyDatabase(name);
  await migrate(url);
  return url;
}

/** Creates a database without tables, and resolves to its URL. */
export async function emptyDatabase(name: string): Promise<string> {
  const server = process.env['SCALE_POSTGRES'];
  if (server === undefined) throw new Error('the server of the suite does not run');
  await ask(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await ask(server, `CREATE DATABASE ${name}`);
  return server.replace(/[^/]*$/, name);
}

/** Deletes all rows. */
export async function emptyTables(url: string): Promise<void> {
  await ask(
    url,
    `DO $$ BEGIN EXECUTE (
       SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
       FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'kysely%'
     ); END $$`,
  );
}

/** Runs one statement on a connection of its own. */
export async function ask(url: string, text: string): Promise<void> {
  await answerOf(url, text);
}

/** Resolves to the rows of one statement, which runs on a connection of its own. The caller names their type. */
export async function answerOf<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
