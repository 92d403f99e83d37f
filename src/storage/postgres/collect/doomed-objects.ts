import { statement } from '../database/database.js';
import { type ObjectId } from '../objects/object-store.js';
import { type PostgresParts } from '../database/postgres-parts.js';

interface DoomedObject {
  readonly object: ObjectId;
  readonly parts: string | null;
}

/**
 * What is due, without objects that a row names after all: the answer of a statement can be lost, so that its writer believes that it
 * failed.
 */
const DUE = statement(
  'doomed-due',
  `SELECT d.object, d.parts FROM doomed_objects d
   WHERE d.delete_after <= now() + $1::float8 * interval '1 millisecond' AND d.object > $2
     AND NOT EXISTS (SELECT FROM blobs b WHERE b.object = d.object)
     AND NOT EXISTS (SELECT FROM uploads u WHERE u.object = d.object OR u.tail = d.object)
     AND NOT EXISTS (SELECT FROM damaged_content c WHERE c.object = d.object)
   ORDER BY d.object LIMIT $3`,
);

const FORGET = statement('doomed-forget', `DELETE FROM doomed_objects WHERE object = ANY ($1)`);

/** How many objects are deleted at a time: the most that S3 deletes by one request. */
const BATCH = 1_000;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Deletes the objects whose time is over, and then forgets their names. No row names them, so that no client can miss them; deleting one
 * twice does no harm.
 */
export async function deleteDoomed(
  { database, objects }: PostgresParts,
  clockAheadMs: number,
  mayGoOn: () => boolean,
): Promise<void> {
  for (let after: string | undefined = FIRST_ID; after !== undefined && mayGoOn();) {
    const due: DoomedObject[] = await database.query<DoomedObject>(DUE, [
      clockAheadMs,
      after,
      BATCH,
    ]);
    for (const { object, parts } of due) {
      if (parts !== null) await objects.abortParts(object, parts);
    }
    const gone = due.length === 0 ? [] : await objects.delete(due.map(({ object }) => object));
    if (gone.length > 0) await database.query(FORGET, [gone]);
    after = due.length < BATCH ? undefined : due.at(-1)?.object;
  }
}
