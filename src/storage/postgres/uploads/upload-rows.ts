import { type DigestAlgorithm } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../../domain/upload-session.js';
import { statement, type Queries } from '../database/database.js';
import { keysetPages } from '../database/keyset-pages.js';
import { FIRST_ID } from '../objects/object-id.js';
import { type ObjectId } from '../objects/object-store.js';

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
  yield* keysetPages<UploadRow>((last, limit) =>
    queries.query(IDLE, [time, last?.id ?? FIRST_ID, limit]),
  );
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
