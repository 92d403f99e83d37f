import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { digestBytes } from './database/digest-bytes.js';
import { statement, type Queries } from './database/database.js';
import { keysetPages } from './database/keyset-pages.js';
import { type ObjectId } from './objects/object-store.js';

/** A blob that a repository has. */
export interface FoundBlob {
  readonly id: number;
  readonly size: number;
  readonly object: ObjectId;
  /** Whether its last use is to be recorded again. */
  readonly isStale: boolean;
}

/** Each key is found first, so that every look-up is one by a full primary key, whatever the planner knows of the tables. */
const FIND = statement(
  'blob-find',
  `WITH home AS MATERIALIZED (SELECT id FROM repositories WHERE name = $1),
     stored AS MATERIALIZED (SELECT id, size, object FROM blobs WHERE digest = $2),
     link AS MATERIALIZED (
       SELECT last_used FROM blob_links
       WHERE repo = (SELECT id FROM home) AND blob = (SELECT id FROM stored)
     )
   SELECT stored.id, stored.size, stored.object,
     link.last_used < now() - $3 * interval '1 millisecond' AS "isStale"
   FROM stored, link`,
);

export async function findBlob(
  queries: Queries,
  repository: RepositoryName,
  digest: Digest,
  touchAfterMs: number,
): Promise<FoundBlob | undefined> {
  const values = [repository, digestBytes(digest), touchAfterMs];
  const [found] = await queries.query<FoundBlob>(FIND, values);
  return found;
}

const TOUCH = statement(
  'blob-touch',
  `UPDATE blob_links SET last_used = now()
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND blob = $2
   RETURNING blob`,
);

/** Records the use of a blob. Resolves to whether the repository still has it. */
export async function touchBlob(
  queries: Queries,
  repository: RepositoryName,
  blob: number,
): Promise<boolean> {
  return (await queries.query(TOUCH, [repository, blob])).length > 0;
}

const HOLDERS = statement(
  'blob-holders',
  `SELECT l.repo AS id, r.name FROM blob_links l JOIN repositories r ON r.id = l.repo
   WHERE l.blob = (SELECT id FROM blobs WHERE digest = $1) AND l.repo > $2
   ORDER BY l.repo LIMIT $3`,
);

interface Holder {
  readonly id: number;
  readonly name: RepositoryName;
}

export async function* holdersOf(
  queries: Queries,
  digest: Digest,
  atMost?: number,
): AsyncIterable<RepositoryName> {
  const bytes = digestBytes(digest);
  const holders = keysetPages<Holder>(
    (last, limit) => queries.query(HOLDERS, [bytes, last?.id ?? 0, limit]),
    atMost,
  );
  for await (const { name } of holders) yield name;
}

/** The link of the source is locked until the new one is there, so that no collector removes the blob in between. */
const LINK = statement(
  'blob-link',
  `WITH source AS MATERIALIZED (
       SELECT blob FROM blob_links
       WHERE repo = (SELECT id FROM repositories WHERE name = $3) AND blob = (SELECT id FROM blobs WHERE digest = $2)
       FOR KEY SHARE
     ),
     known AS (SELECT id FROM repositories WHERE name = $1),
     made AS (
       INSERT INTO repositories (name) SELECT $1 WHERE EXISTS (SELECT FROM source) AND NOT EXISTS (SELECT FROM known)
       ON CONFLICT (name) DO UPDATE SET name = excluded.name
       RETURNING id
     )
   INSERT INTO blob_links (repo, blob)
   SELECT home.id, source.blob FROM source, (SELECT id FROM known UNION ALL SELECT id FROM made) home
   ON CONFLICT (repo, blob) DO UPDATE SET last_used = now()
   RETURNING blob`,
);

/** Resolves to whether the source had the blob, which the target has now. */
export async function linkBlob(
  queries: Queries,
  target: RepositoryName,
  digest: Digest,
  source: RepositoryName,
): Promise<boolean> {
  const linked = await queries.query(LINK, [target, digestBytes(digest), source]);
  return linked.length > 0;
}

const UNLINK = statement(
  'blob-unlink',
  `DELETE FROM blob_links
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND blob = (SELECT id FROM blobs WHERE digest = $2)
   RETURNING blob`,
);

/** Resolves to whether the repository had the blob. */
export async function unlinkBlob(
  queries: Queries,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  return (await queries.query(UNLINK, [repository, digestBytes(digest)])).length > 0;
}
