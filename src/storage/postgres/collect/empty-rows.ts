import { type RepositoryName } from '../../../domain/repository-name.js';
import { type UploadId } from '../../../domain/upload-session.js';
import { type CollectionRules } from '../../ports/collector.js';
import { statement, type Database } from '../database/database.js';
import { DOOMED_UPLOAD_MS, KEEP_LONGEST } from '../uploads/upload-rows.js';

/** An upload that was given up. */
export interface ExpiredRow {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly size: number;
}

/** One statement is enough here: what is skipped or changes meanwhile is not idle. */
const EXPIRE = statement(
  'collect-expire-uploads',
  `WITH idle AS MATERIALIZED (
       SELECT id FROM uploads
       WHERE touched_at <= now() + ($3::float8 - CASE WHEN received = 0 THEN $2::float8 ELSE $1::float8 END) * interval '1 millisecond'
         AND (holder IS NULL OR held_until < clock_timestamp())
       ORDER BY id LIMIT $4 FOR UPDATE SKIP LOCKED
     ),
     gone AS (DELETE FROM uploads WHERE id IN (SELECT id FROM idle) RETURNING id, repo, received, object, parts, tail),
     doomed AS (
       INSERT INTO doomed_objects (object, parts, delete_after, because)
       SELECT o.object, o.parts, now() + $5::float8 * interval '1 millisecond', 'upload'
       FROM gone g, LATERAL (VALUES (g.object, g.parts), (g.tail, NULL)) AS o (object, parts)
       WHERE o.object IS NOT NULL
       ON CONFLICT (object) DO NOTHING
     )
   SELECT g.id, r.name AS repository, g.received AS size FROM gone g JOIN repositories r ON r.id = g.repo`,
);

/** How many uploads one statement gives up. */
const BATCH = 500;

/** Gives up idle uploads that nobody holds. Yields them. @param mayGoOn asked before each statement */
export async function* expireUploads(
  database: Database,
  { uploadTtlMs, emptyUploadTtlMs = uploadTtlMs, clockAheadMs = 0 }: CollectionRules,
  mayGoOn: () => boolean,
): AsyncGenerator<ExpiredRow> {
  const values = [uploadTtlMs, emptyUploadTtlMs, clockAheadMs, BATCH, DOOMED_UPLOAD_MS];
  for (let isMore = true; isMore && mayGoOn();) {
    const expired = await database.query<ExpiredRow>(EXPIRE, values);
    yield* expired;
    isMore = expired.length === BATCH;
  }
}

const LOCK_CONTENT = statement(
  'collect-lock-content',
  `SELECT b.id FROM blobs b
   WHERE b.id > $1 AND NOT EXISTS (SELECT FROM blob_links l WHERE l.blob = b.id)
   ORDER BY b.id LIMIT $2 FOR UPDATE OF b SKIP LOCKED`,
);

const REMOVE_CONTENT = statement(
  'collect-remove-content',
  `WITH gone AS (
       DELETE FROM blobs b WHERE b.id = ANY ($1) AND NOT EXISTS (SELECT FROM blob_links l WHERE l.blob = b.id)
       RETURNING b.object
     )
   INSERT INTO doomed_objects (object, delete_after, because)
   SELECT object, now() + $2::float8 * interval '1 millisecond', 'collected' FROM gone
   ${KEEP_LONGEST}`,
);

/** Removes content that no repository has. Its objects are deleted after their grace period. */
export async function removeContent(
  database: Database,
  objectGraceMs: number,
  mayGoOn: () => boolean,
): Promise<void> {
  for (let after: number | undefined = 0; after !== undefined && mayGoOn();) {
    const from: number = after;
    const locked = await database.transaction(async (transaction) => {
      const rows = await transaction.query<{ id: number }>(LOCK_CONTENT, [from, BATCH]);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await transaction.query(REMOVE_CONTENT, [ids, objectGraceMs]);
      return ids;
    });
    after = locked.length < BATCH ? undefined : locked.at(-1);
  }
}

const IS_EMPTY = `
  NOT EXISTS (SELECT FROM manifests m WHERE m.repo = r.id)
  AND NOT EXISTS (SELECT FROM blob_links l WHERE l.repo = r.id)
  AND NOT EXISTS (SELECT FROM uploads u WHERE u.repo = r.id)`;

const LOCK_REPOSITORY = statement(
  'collect-lock-repository',
  `SELECT r.id FROM repositories r WHERE r.id = $1 AND ${IS_EMPTY} FOR UPDATE SKIP LOCKED`,
);

const REMOVE_REPOSITORY = statement(
  'collect-remove-repository',
  `DELETE FROM repositories r WHERE r.id = $1 AND ${IS_EMPTY} RETURNING r.listed`,
);

/** Removes a repository that has nothing. Resolves to whether clients saw it before, or to `undefined` if it stays. */
export async function removeRepository(
  database: Database,
  repository: number,
): Promise<{ readonly listed: boolean } | undefined> {
  return database.transaction(async (transaction) => {
    const locked = await transaction.query(LOCK_REPOSITORY, [repository]);
    if (locked.length === 0) return undefined;
    const [removed] = await transaction.query<{ listed: boolean }>(REMOVE_REPOSITORY, [repository]);
    return removed;
  });
}
