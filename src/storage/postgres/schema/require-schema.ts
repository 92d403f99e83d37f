import { DatabaseError } from 'pg';

import { statement, type Queries } from '../database/database.js';

/** The names of all migrations, in the order of their execution. */
export const MIGRATION_NAMES = ['0001-tables'] as const;

/** Reports tables that this version cannot use. The message is for the person who starts the registry. */
export class UnusableSchema extends Error {
  override readonly name = 'UnusableSchema';
}

const EXECUTED = statement('schema-executed', `SELECT name FROM kysely_migration ORDER BY name`);

/** What PostgreSQL answers where a table does not exist. */
const NO_SUCH_TABLE = '42P01';

/** Resolves if the tables of the database are those of this version. @throws UnusableSchema */
export async function requireSchema(queries: Queries): Promise<void> {
  const executed = await executedMigrations(queries);
  const known: readonly string[] = MIGRATION_NAMES;
  if (executed.some((name) => !known.includes(name))) {
    throw new UnusableSchema(
      'The tables of the database are those of a newer version of Berth: start that version',
    );
  }
  if (known.some((name) => !executed.includes(name))) {
    throw new UnusableSchema(
      executed.length === 0
        ? 'The database has no tables of Berth yet: run berth migrate'
        : 'The tables of the database are those of an older version of Berth: run berth migrate',
    );
  }
}

async function executedMigrations(queries: Queries): Promise<string[]> {
  try {
    return (await queries.query<{ name: string }>(EXECUTED)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === NO_SUCH_TABLE) return [];
    throw error;
  }
}
