import { type RepositoryName } from '../../../domain/repository-name.js';
import { type UploadId } from '../../../domain/upload-session.js';
import { type CollectionRules } from '../../ports/collector.js';
import { eventOfRemovedRepository } from '../../protocol/change-events.js';
import { statement, type Database } from '../database/database.js';
import { insertChange } from '../events/event-rows.js';
import { rowWindows } from './row-windows.js';
import { type RepositoryRow } from './unneeded-rows.js';
import { DOOMED_UPLOAD_MS, KEEP_LONGEST } from '../uploads/staged-rows.js';

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
   WHERE b.id > $1 AND b.id <= $2 AND NOT EXISTS (SELECT FROM blob_links l WHERE l.blob = b.id)
   ORDER BY b.id FOR UPDATE OF b SKIP LOCKED`,
);

const NEXT_CONTENT = statement(
  'collect-next-content',
  `SELECT max(id) AS last FROM (SELECT id FROM blobs WHERE id > $1 ORDER BY id LIMIT $2) window_of_rows`,
);

/** How many rows one transaction looks at. */
const WINDOW = 2_000;

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
  const windows = rowWindows((after) => database.query(NEXT_CONTENT, [after, WINDOW]));
  for await (const [after, last] of windows) {
    if (!mayGoOn()) return;
    await database.transaction(async (transaction) => {
      const rows = await transaction.query<{ id: number }>(LOCK_CONTENT, [after, last]);
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) await transaction.query(REMOVE_CONTENT, [ids, objectGraceMs]);
    });
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

/** Removes a repository that has nothing, and tells of it if clients saw it before. Resolves to the number of events. */
export async function removeRepository(
  database: Database,
  { id, name }: RepositoryRow,
): Promise<number> {
  return database.transaction(async (transaction) => {
    const locked = await transaction.query(LOCK_REPOSITORY, [id]);
    if (locked.length === 0) return 0;
    const [removed] = await transaction.query<{ listed: boolean }>(REMOVE_REPOSITORY, [id]);
    if (removed?.listed !== true) return 0;
    return insertChange(transaction, [eventOfRemovedRepository(name)]);
  });
}
