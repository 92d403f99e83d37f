import { statement, type Queries } from './database/database.js';
import { type ObjectStore } from './objects/object-store.js';

/** Reports an object store that belongs to another database. The message is for the person who starts the registry. */
class UnusableObjects extends Error {
  override readonly name = 'UnusableStorage';
}

const DATABASE_ID = statement(
  'database-id',
  `INSERT INTO states (name, state) VALUES ('database-id', gen_random_uuid()::text)
   ON CONFLICT (name) DO UPDATE SET name = excluded.name
   RETURNING state AS id`,
);

/**
 * Resolves if the objects belong to this database, or to none before: a collector of another database would delete what it does not
 * know.
 *
 * @throws UnusableStorage
 */
export async function requireOwnObjects(queries: Queries, objects: ObjectStore): Promise<void> {
  const [row] = await queries.query<{ id: string }>(DATABASE_ID);
  const id = row?.id ?? '';
  if ((await objects.ownedBy(id)) === id) return;
  throw new UnusableObjects(
    `${objects.description} belongs to another database: set REGISTRY_OBJECTS to another prefix, or REGISTRY_DATABASE_URL to that database`,
  );
}
