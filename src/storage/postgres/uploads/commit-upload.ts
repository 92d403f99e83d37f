import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { digestBytes } from '../database/digest-bytes.js';
import { statement, type Queries } from '../database/database.js';
import { type ObjectId } from '../objects/object-store.js';
import { DOOMED_UPLOAD_MS, KEEP_LONGEST } from './staged-rows.js';
import { type HoldKey } from './upload-rows.js';

/** A verified object that is to be a blob. */
export interface VerifiedObject {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly size: number;
  readonly object: ObjectId;
}

/** The newest object of a digest wins, because it was just verified: a push mends a blob whose object was damaged. */
const COMMIT = statement(
  'upload-commit',
  `WITH ended AS (DELETE FROM uploads WHERE id = $1 AND holder = $2 RETURNING repo, tail),
     stored AS (
       INSERT INTO blobs (digest, size, object) SELECT $3, $4, $5 FROM ended
       ON CONFLICT (digest) DO UPDATE SET object = excluded.object, replaced = blobs.object, stored_at = now()
       RETURNING id, replaced
     ),
     linked AS (
       INSERT INTO blob_links (repo, blob) SELECT ended.repo, stored.id FROM ended, stored
       ON CONFLICT (repo, blob) DO UPDATE SET last_used = now()
     ),
     doomed AS (
       INSERT INTO doomed_objects (object, delete_after, because)
       SELECT tail, now() + $6 * interval '1 millisecond', 'upload' FROM ended WHERE tail IS NOT NULL
       UNION ALL
       SELECT replaced, now() + $7 * interval '1 millisecond', 'replaced' FROM stored
       WHERE replaced IS NOT NULL AND replaced <> $5
       ${KEEP_LONGEST}
     )
   SELECT repo FROM ended`,
);

/** Whether a blob has this very object, so that its commit was done. */
const IS_DONE = statement(
  'upload-is-done',
  `SELECT b.id FROM blobs b
   WHERE b.digest = $2 AND b.object = $3
     AND EXISTS (SELECT FROM blob_links l WHERE l.repo = (SELECT id FROM repositories WHERE name = $1) AND l.blob = b.id)`,
);

/**
 * Ends a session and makes its object a blob. Resolves to whether the writer still had its hold. A statement whose answer was lost is
 * repeated and then finds its own work.
 */
export async function commitUpload(
  queries: Queries,
  { id, holder }: HoldKey,
  { repository, digest, size, object }: VerifiedObject,
  objectGraceMs: number,
): Promise<boolean> {
  const bytes = digestBytes(digest);
  const values = [id, holder, bytes, size, object, DOOMED_UPLOAD_MS, objectGraceMs];
  if ((await queries.query(COMMIT, values)).length > 0) return true;
  return (await queries.query(IS_DONE, [repository, bytes, object])).length > 0;
}
