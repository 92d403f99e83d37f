import { statement } from '../database/database.js';
import { FIRST_ID } from '../objects/object-id.js';
import { type ObjectId, type ObjectStore } from '../objects/object-store.js';
import { type Failures } from '../../protocol/collect/failures.js';
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

/**
 * Deletes the objects whose time is over, and then forgets their names. No row names them, so that no client can miss them; deleting one
 * twice does no harm.
 *
 * @param failures get the errors of single objects, which do not keep the others from being deleted
 */
export async function deleteDoomed(
  { database, objects }: PostgresParts,
  clockAheadMs: number,
  mayGoOn: () => boolean,
  failures: Failures,
): Promise<void> {
  for (let after: string | undefined = FIRST_ID; after !== undefined && mayGoOn();) {
    const due: DoomedObject[] = await database.query<DoomedObject>(DUE, [
      clockAheadMs,
      after,
      BATCH,
    ]);
    const ready = await withoutParts(objects, due, failures);
    const gone = ready.length === 0 ? [] : await objects.delete(ready);
    if (gone.length > 0) await database.query(FORGET, [gone]);
    after = due.length < BATCH ? undefined : due.at(-1)?.object;
  }
}

/** Deletes the parts of unfinished objects. Resolves to the objects that have none any more. */
async function withoutParts(
  objects: ObjectStore,
  due: readonly DoomedObject[],
  failures: Failures,
): Promise<ObjectId[]> {
  const ready: ObjectId[] = [];
  for (const { object, parts } of due) {
    try {
      if (parts !== null) await objects.abortParts(object, parts);
      ready.push(object);
    } catch (error) {
      failures.add(error);
    }
  }
  return ready;
}
