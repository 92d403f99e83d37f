import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { Pool } from 'pg';

import { type MIGRATION_NAMES } from './require-schema.js';
import { TABLES_1 } from './tables.js';

/** All migrations, by names that sort in the order of their execution. One that was released is never changed. */
const MIGRATIONS: Readonly<Record<(typeof MIGRATION_NAMES)[number], Migration>> = {
  '0001-tables': { up: (database) => sql.raw(TABLES_1).execute(database).then(nothing) },
};

/** Brings the tables of a database to this version. Several processes may do it at the same time. Resolves to the migrations that ran. */
export async function migrate(url: string): Promise<readonly string[]> {
  return withMigrator(url, async (migrator) => {
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) throw error as Error;
    return results.map(({ migrationName }) => migrationName);
  });
}

async function withMigrator<Result>(
  url: string,
  work: (migrator: Migrator) => Promise<Result>,
): Promise<Result> {
  const database = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, max: 2 }) }),
  });
  const provider = { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) };
  try {
    return await work(new Migrator({ db: database, provider }));
  } finally {
    await database.destroy();
  }
}

function nothing(): void {
  // The result of a migration is not used.
}
