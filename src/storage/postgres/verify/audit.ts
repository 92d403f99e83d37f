import { type AuditFinding, type UnnamedObject } from '../../ports/verifier.js';
import { digestOf } from '../database/digest-bytes.js';
import { statement, type Queries } from '../database/database.js';
import { type PostgresParts } from '../database/postgres-parts.js';
import { keysetPages } from '../database/keyset-pages.js';
import { FIRST_ID } from '../objects/object-id.js';
import { type ListedObject, type ObjectId } from '../objects/object-store.js';

/** An object that is younger may belong to an upload whose row is not written yet. In milliseconds. */
const IN_USE_MS = 3_600_000;

/** Objects that are so much newer than the newest row belong to a database that is newer, or another one. In milliseconds. */
const MUCH_NEWER_MS = 3_600_000;

const BLOBS = statement(
  'audit-blobs',
  `SELECT object, digest, size FROM blobs WHERE object > $1 ORDER BY object LIMIT $2`,
);

interface BlobRow {
  readonly object: ObjectId;
  readonly digest: Buffer;
  readonly size: number;
}

/** Returns a row if anything names the object. */
const NAMED = statement(
  'audit-named',
  `SELECT 1 AS one
   WHERE EXISTS (SELECT FROM blobs WHERE object = $1)
      OR EXISTS (SELECT FROM uploads WHERE object = $1 OR tail = $1)
      OR EXISTS (SELECT FROM doomed_objects WHERE object = $1)
      OR EXISTS (SELECT FROM damaged_content WHERE object = $1)`,
);

const EXISTS = statement('audit-exists', `SELECT 1 AS one FROM blobs WHERE object = $1`);

/**
 * Walks the list of the store and the rows of the database side by side, both in the order of the objects' names. What seems to be on one
 * side only is looked up again, because both change meanwhile.
 *
 * @param now in milliseconds since the epoch
 */
export async function* auditObjects(
  { database, objects }: Pick<PostgresParts, 'database' | 'objects'>,
  now = Date.now(),
): AsyncIterable<AuditFinding> {
  const rows = keysetPages<BlobRow>((last, limit) =>
    database.query(BLOBS, [last?.object ?? FIRST_ID, limit]),
  );
  let row = await rows.next();
  for await (const listed of objects.list()) {
    for (; row.done !== true && row.value.object < listed.id; row = await rows.next()) {
      if (await isMissing({ database, objects }, row.value)) yield missing(row.value);
    }
    if (row.done !== true && row.value.object === listed.id) row = await rows.next();
    else if (listed.at <= now - IN_USE_MS && !(await isNamed(database, listed.id)))
      yield unnamed(listed);
  }
  for (; row.done !== true; row = await rows.next()) {
    if (await isMissing({ database, objects }, row.value)) yield missing(row.value);
  }
}

async function isMissing(
  { database, objects }: Pick<PostgresParts, 'database' | 'objects'>,
  { object }: BlobRow,
): Promise<boolean> {
  if ((await objects.size(object)) !== undefined) return false;
  return (await database.query(EXISTS, [object])).length > 0;
}

async function isNamed(queries: Queries, id: ObjectId): Promise<boolean> {
  return (await queries.query(NAMED, [id])).length > 0;
}

function missing({ digest, size }: BlobRow): AuditFinding {
  return { kind: 'missing', digest: digestOf(digest), size };
}

function unnamed({ id, size, at }: ListedObject): AuditFinding {
  return { kind: 'unnamed', object: id, size, at };
}

const NEWEST = statement(
  'audit-newest',
  `SELECT greatest((SELECT max(stored_at) FROM blobs), (SELECT max(touched_at) FROM uploads)) AS at`,
);

const DOOM = statement(
  'audit-doom',
  `INSERT INTO doomed_objects (object, delete_after, because)
   SELECT o.object, now() + $2 * interval '1 millisecond', 'unnamed' FROM unnest($1::uuid[]) AS o (object)
   ON CONFLICT (object) DO NOTHING`,
);

/** Has unnamed objects deleted after their grace period. @throws Error if they are much newer than the rows of the database */
export async function discardUnnamed(
  { database, times }: PostgresParts,
  unnamed: readonly UnnamedObject[],
): Promise<void> {
  if (unnamed.length === 0) return;
  const [newest] = await database.query<{ at: Date | null }>(NEWEST);
  const limit = (newest?.at?.getTime() ?? 0) + MUCH_NEWER_MS;
  if (unnamed.some(({ at }) => at > limit)) {
    throw new Error(
      'the object store has objects that are newer than everything in the database: ' +
        'it is an old backup or another database, and nothing is deleted',
    );
  }
  await database.query(DOOM, [unnamed.map(({ object }) => object), times.objectGraceMs]);
}
