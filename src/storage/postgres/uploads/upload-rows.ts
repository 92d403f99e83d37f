import { type DigestAlgorithm } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../../domain/upload-session.js';
import { statement, type Queries } from '../database/database.js';
import { type ObjectId, type StoredPart } from '../objects/object-store.js';

/**
 * Where the acknowledged bytes of a session are: nowhere yet, in one object, or in parts of an object, of which the last bytes may be
 * too few for a part and are an object of their own, the tail.
 */
export interface StagedBytes {
  readonly object: ObjectId | null;
  /** The store's name for the parts. */
  readonly parts: string | null;
  readonly tail: ObjectId | null;
  readonly tailSize: number;
}

/** The state of a session. */
export interface UploadRow extends StagedBytes {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  readonly algorithm: DigestAlgorithm;
  readonly begunBy: string | null;
  readonly received: number;
  /** The digest of the received bytes by `algorithm`, if a process has computed it. */
  readonly running: Buffer | null;
  readonly staged: number;
}

const COLUMNS = `u.id, r.name AS repository, u.algorithm, u.begun_by AS "begunBy", u.received, u.running,
  u.object, u.parts, u.tail, u.tail_size AS "tailSize", u.staged`;

const BEGIN = statement(
  'upload-begin',
  `WITH known AS (SELECT id FROM repositories WHERE name = $2),
     made AS (
       INSERT INTO repositories (name) SELECT $2 WHERE NOT EXISTS (SELECT FROM known)
       -- Another session may have made it since; only an update returns its row then.
       ON CONFLICT (name) DO UPDATE SET name = excluded.name
       RETURNING id
     )
   INSERT INTO uploads (id, repo, algorithm, begun_by)
   SELECT $1, id, $3, $4 FROM (SELECT id FROM known UNION ALL SELECT id FROM made) home
   ON CONFLICT (id) DO NOTHING`,
);

const FIND = statement(
  'upload-find',
  `SELECT ${COLUMNS} FROM uploads u JOIN repositories r ON r.id = u.repo WHERE u.id = $1 AND r.name = $2`,
);

const TAKE = statement(
  'upload-take',
  `UPDATE uploads u SET holder = $3, held_until = clock_timestamp() + $4 * interval '1 millisecond', staged = u.received
   FROM repositories r
   WHERE u.id = $1 AND r.id = u.repo AND r.name = $2
     AND (u.holder IS NULL OR u.holder = $3 OR u.held_until < clock_timestamp())
   RETURNING ${COLUMNS}`,
);

const IDLE = statement(
  'upload-idle',
  `SELECT ${COLUMNS} FROM uploads u JOIN repositories r ON r.id = u.repo
   WHERE u.touched_at < to_timestamp($1::double precision / 1000) AND u.id > $2
   ORDER BY u.id LIMIT $3`,
);

/** How many sessions are listed by one statement. */
const IDLE_PAGE = 1_000;

/** An id before all others. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export async function insertUpload(
  queries: Queries,
  { id, repository, algorithm, by }: UploadSession,
): Promise<void> {
  await queries.query(BEGIN, [id, repository, algorithm, by ?? null]);
}

export async function findUpload(
  queries: Queries,
  repository: RepositoryName,
  id: UploadId,
): Promise<UploadRow | undefined> {
  const [found] = await queries.query<UploadRow>(FIND, [id, repository]);
  return found;
}

/** Makes `holder` the holder of a session that nobody holds. Resolves to `undefined` if somebody holds it or it does not exist. */
export async function takeUpload(
  queries: Queries,
  { repository, id }: Pick<UploadSession, 'repository' | 'id'>,
  holder: string,
  forMs: number,
): Promise<UploadRow | undefined> {
  const [taken] = await queries.query<UploadRow>(TAKE, [id, repository, holder, forMs]);
  return taken;
}

/** Yields the sessions that were last written before `time`, in milliseconds since the epoch. */
export async function* idleUploads(queries: Queries, time: number): AsyncIterable<UploadRow> {
  for (let after: string | undefined = FIRST_ID; after !== undefined;) {
    const page: UploadRow[] = await queries.query<UploadRow>(IDLE, [time, after, IDLE_PAGE]);
    yield* page;
    after = page.length < IDLE_PAGE ? undefined : page.at(-1)?.id;
  }
}

const RENEW = statement(
  'upload-renew',
  `UPDATE uploads SET held_until = clock_timestamp() + $3 * interval '1 millisecond', staged = $4,
     next_part = next_part + $5
   WHERE id = $1 AND holder = $2
   RETURNING next_part AS "nextPart"`,
);

/** Identifies the hold of one writer on one session. */
export interface HoldKey {
  readonly id: UploadId;
  readonly holder: string;
  /** How long the hold lasts from a renewal on. In milliseconds. */
  readonly forMs: number;
}

/**
 * Renews a hold and reserves the numbers of `reserved` parts. Resolves to the first number, or to `undefined` if the hold was lost. No two
 * writers get the same number, so that a late write of a writer that lost its hold does not replace a part of the next one.
 */
export async function renewHold(
  queries: Queries,
  { id, holder, forMs }: HoldKey,
  staged: number,
  reserved = 0,
): Promise<number | undefined> {
  const values = [id, holder, forMs, staged, reserved];
  const [renewed] = await queries.query<{ nextPart: number }>(RENEW, values);
  return renewed && renewed.nextPart - reserved;
}

const RELEASE = statement(
  'upload-release',
  `UPDATE uploads SET holder = NULL, held_until = NULL, staged = received WHERE id = $1 AND holder = $2`,
);

export async function releaseUpload(queries: Queries, { id, holder }: HoldKey): Promise<void> {
  await queries.query(RELEASE, [id, holder]);
}

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
export async function doomWritten(
  queries: Queries,
  written: readonly { readonly object: ObjectId; readonly parts: string | null }[],
): Promise<void> {
  if (written.length === 0) return;
  await queries.query(DOOM, [
    written.map(({ object }) => object),
    written.map(({ parts }) => parts),
    DOOMED_UPLOAD_MS,
  ]);
}
