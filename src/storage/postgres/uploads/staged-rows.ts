import { type UploadId } from '../../../domain/upload-session.js';
import { statement, type Queries } from '../database/database.js';
import { type StoredPart } from '../objects/object-store.js';
import { type NewObject } from './staged-writer.js';
import { type HoldKey, type StagedBytes } from './upload-rows.js';

/** What an append has written. */
export interface WrittenBytes extends StagedBytes {
  readonly received: number;
  readonly running: Buffer | null;
  readonly newParts: readonly (StoredPart & { readonly size: number })[];
}

const RECORD = statement(
  'upload-record',
  `WITH before AS MATERIALIZED (
       SELECT id, object, parts, tail FROM uploads WHERE id = $1 AND holder = $2 FOR UPDATE
     ),
     written AS (
       UPDATE uploads u SET received = $3, staged = $3, running = $4, object = $5, parts = $6, tail = $7, tail_size = $8,
         touched_at = now()
       FROM before b WHERE u.id = b.id
     ),
     -- Parts of an object that is no longer the session's.
     forgotten AS (
       DELETE FROM upload_parts p USING before b WHERE p.upload = b.id AND b.parts IS DISTINCT FROM $6
     ),
     recorded AS (
       INSERT INTO upload_parts (upload, number, etag, size)
       SELECT b.id, p.number, p.etag, p.size
       FROM before b, unnest($9::integer[], $10::text[], $11::bigint[]) AS p (number, etag, size)
       -- No two parts of a session have the same number: the statement runs once more, because its answer was lost.
       ON CONFLICT (upload, number) DO NOTHING
     ),
     doomed AS (
       INSERT INTO doomed_objects (object, parts, delete_after, because)
       SELECT o.object, NULL, now() + $12 * interval '1 millisecond', 'upload'
       FROM before b, unnest(ARRAY[b.object, b.tail]) AS o (object)
       WHERE o.object IS DISTINCT FROM $5 AND o.object IS DISTINCT FROM $7 AND o.object IS NOT NULL
       ON CONFLICT (object) DO NOTHING
     )
   SELECT id FROM before`,
);

/** How long bytes that an upload no longer needs are kept. A late write of a writer that lost its hold is over by then. */
export const DOOMED_UPLOAD_MS = 10 * 60_000;

/**
 * What a statement does with an object that is to be deleted already: a writer does not know what was stored when an answer was lost, and
 * has given up the object of a blob.
 */
export const KEEP_LONGEST = `ON CONFLICT (object) DO UPDATE
         SET delete_after = greatest(doomed_objects.delete_after, excluded.delete_after), because = excluded.because`;

/** Acknowledges what an append has written. Resolves to whether the writer still had its hold; if not, nothing changes. */
export async function recordBytes(
  queries: Queries,
  { id, holder }: HoldKey,
  { received, running, object, parts, tail, tailSize, newParts }: WrittenBytes,
): Promise<boolean> {
  const rows = await queries.query(RECORD, [
    ...[id, holder, received, running, object, parts, tail, tailSize],
    newParts.map(({ number }) => number),
    newParts.map(({ etag }) => etag),
    newParts.map(({ size }) => size),
    DOOMED_UPLOAD_MS,
  ]);
  return rows.length > 0;
}

const LISTED = statement(
  'upload-parts',
  `SELECT number, etag FROM upload_parts WHERE upload = $1 ORDER BY number`,
);

export async function partsOf(queries: Queries, id: UploadId): Promise<StoredPart[]> {
  return queries.query<StoredPart>(LISTED, [id]);
}

const DISCARD = statement(
  'upload-discard',
  `WITH gone AS (DELETE FROM uploads WHERE id = $1 AND holder = $2 RETURNING object, parts, tail)
   INSERT INTO doomed_objects (object, parts, delete_after, because)
   SELECT o.object, o.parts, now() + $3 * interval '1 millisecond', 'upload'
   FROM gone g, LATERAL (VALUES (g.object, g.parts), (g.tail, NULL)) AS o (object, parts)
   WHERE o.object IS NOT NULL
   ON CONFLICT (object) DO NOTHING`,
);

export async function discardUpload(queries: Queries, { id, holder }: HoldKey): Promise<void> {
  await queries.query(DISCARD, [id, holder, DOOMED_UPLOAD_MS]);
}

const DOOM = statement(
  'upload-doom',
  `INSERT INTO doomed_objects (object, parts, delete_after, because)
   SELECT d.object, d.parts, now() + $3 * interval '1 millisecond', 'upload'
   FROM unnest($1::uuid[], $2::text[]) AS d (object, parts)
   ON CONFLICT (object) DO NOTHING`,
);

/** Has objects deleted that were written for an append which failed. */
export async function doomWritten(queries: Queries, written: readonly NewObject[]): Promise<void> {
  if (written.length === 0) return;
  await queries.query(DOOM, [
    written.map(({ object }) => object),
    written.map(({ parts }) => parts),
    DOOMED_UPLOAD_MS,
  ]);
}
