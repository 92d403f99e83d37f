import { statement, type Queries } from './database/database.js';
import { type ObjectStore } from './objects/object-store.js';

/** Reports an object store that belongs to another database, or is not the one of this database. The message is for the person who starts the registry. */
class UnusableObjects extends Error {
  override readonly name = 'UnusableStorage';
}

const DATABASE_ID = statement(
  'database-id',
  `INSERT INTO states (name, state) VALUES ('database-id', gen_random_uuid()::text)
   ON CONFLICT (name) DO UPDATE SET name = excluded.name
   RETURNING state AS id, EXISTS (SELECT FROM blobs) AS "hasBlobs"`,
);

interface DatabaseRow {
  readonly id: string;
  readonly hasBlobs: boolean;
}

/**
 * Resolves if the objects belong to this database. A database without blobs claims objects that belong to none.
 *
 * With the objects of another database, a collector would delete what it does not know. A place without objects is a wrong prefix or a
 * directory that is not mounted, and other instances would not find what is pushed there.
 *
 * @throws UnusableStorage
 */
export async function requireOwnObjects(queries: Queries, objects: ObjectStore): Promise<void> {
  const [{ id, hasBlobs } = { id: '', hasBlobs: true }] =
    await queries.query<DatabaseRow>(DATABASE_ID);
  const owner = await objects.owner();
  if (owner === id) return;
  if (owner !== undefined) {
    throw new UnusableObjects(
      `${objects.description} belongs to another database: set REGISTRY_OBJECTS to another prefix, or REGISTRY_DATABASE_URL to that database`,
    );
  }
  if (hasBlobs) {
    throw new UnusableObjects(
      `${objects.description} does not have the objects of the database: mount the directory, or set REGISTRY_OBJECTS to where they are`,
    );
  }
  await objects.claim(id);
}
