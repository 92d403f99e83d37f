import { type RepositoryName } from '../../../domain/repository-name.js';
import { type CollectionRules } from '../../ports/collector.js';
import { type Database, statement, type Statement } from '../database/database.js';
import { keysetPages } from '../database/keyset-pages.js';
import { rowWindows } from './row-windows.js';

/** A row that was removed. */
export interface RemovedRow {
  readonly digest: Buffer;
  readonly size: number;
  /** Whether no other repository has the content. */
  readonly isLast: boolean;
  /** The size of the referrer entry that a manifest had. */
  readonly referrerSize: number | null;
}

/** How many rows one transaction looks at, so that it is short in stores of any size, and no publisher waits for long. */
const WINDOW = 1_000;

/** What leads to a manifest: a tag, a manifest that names it, or its subject. Digests form no cycles, so looking one step up is enough. */
const IS_UNNEEDED_MANIFEST = `
  NOT EXISTS (SELECT FROM tags t WHERE t.manifest = m.id)
  AND NOT EXISTS (SELECT FROM manifest_names n WHERE n.repo = m.repo AND n.child = m.digest)
  AND (m.subject IS NULL OR NOT EXISTS (SELECT FROM manifests s WHERE s.repo = m.repo AND s.digest = m.subject))
  AND m.last_used <= now() + ($3::float8 - $2::float8) * interval '1 millisecond'`;

const IS_UNNEEDED_LINK = `
  NOT EXISTS (
    SELECT FROM manifest_names n
    WHERE n.repo = l.repo AND n.child = (SELECT b.digest FROM blobs b WHERE b.id = l.blob)
  )
  AND l.last_used <= now() + ($3::float8 - $2::float8) * interval '1 millisecond'`;

/**
 * The statements that remove one kind of row. One statement alone would decide by the state before it waited for a lock, and remove
 * content that was published meanwhile.
 */
interface Removal {
  /** Finds the end of the next window of rows. */
  readonly next: Statement;
  /** Locks the candidates of a window. */
  readonly lock: Statement;
  /** Looks at the locked ones again, and removes those that are still unneeded. */
  readonly remove: Statement;
}

export const MANIFESTS: Removal = {
  lock: statement(
    'collect-lock-manifests',
    `SELECT m.id FROM manifests m WHERE m.repo = $1 AND ${IS_UNNEEDED_MANIFEST} AND m.id > $4
       AND m.id <= $5
     ORDER BY m.id FOR UPDATE OF m SKIP LOCKED`,
  ),
  next: statement(
    'collect-next-manifests',
    `SELECT max(id) AS last FROM (
       SELECT id FROM manifests WHERE repo = $1 AND id > $2 ORDER BY id LIMIT $3
     ) window_of_rows`,
  ),
  remove: statement(
    'collect-remove-manifests',
    `DELETE FROM manifests m WHERE m.repo = $1 AND m.id = ANY ($4) AND ${IS_UNNEEDED_MANIFEST}
     RETURNING m.digest, m.size, true AS "isLast", octet_length(m.referrer) AS "referrerSize"`,
  ),
};

export const LINKS: Removal = {
  lock: statement(
    'collect-lock-links',
    `SELECT l.blob AS id FROM blob_links l WHERE l.repo = $1 AND ${IS_UNNEEDED_LINK} AND l.blob > $4
       AND l.blob <= $5
     ORDER BY l.blob FOR UPDATE OF l SKIP LOCKED`,
  ),
  next: statement(
    'collect-next-links',
    `SELECT max(blob) AS last FROM (
       SELECT blob FROM blob_links WHERE repo = $1 AND blob > $2 ORDER BY blob LIMIT $3
     ) window_of_rows`,
  ),
  remove: statement(
    'collect-remove-links',
    `WITH gone AS (
         DELETE FROM blob_links l WHERE l.repo = $1 AND l.blob = ANY ($4) AND ${IS_UNNEEDED_LINK} RETURNING l.blob
       )
     SELECT b.digest, b.size, NULL AS "referrerSize",
       NOT EXISTS (SELECT FROM blob_links o WHERE o.blob = b.id AND o.repo <> $1) AS "isLast"
     FROM gone JOIN blobs b ON b.id = gone.blob`,
  ),
};

/**
 * Removes unreachable rows in small transactions, and yields those that each has removed. Rows that somebody else has locked are left to
 * the next pass.
 *
 * @param mayGoOn asked before each transaction
 */
export async function* removeUnneeded(
  database: Database,
  { lock, next, remove }: Removal,
  repository: number,
  { graceMs, clockAheadMs = 0 }: CollectionRules,
  mayGoOn: () => boolean,
): AsyncGenerator<readonly RemovedRow[]> {
  const common = [repository, graceMs, clockAheadMs];
  const windows = rowWindows((after) => database.query(next, [repository, after, WINDOW]));
  for await (const [after, last] of windows) {
    if (!mayGoOn()) return;
    yield await database.transaction(async (transaction) => {
      const rows = await transaction.query<{ id: number }>(lock, [...common, after, last]);
      const ids = rows.map(({ id }) => id);
      return ids.length === 0 ? [] : transaction.query<RemovedRow>(remove, [...common, ids]);
    });
  }
}

const REPOSITORIES = statement(
  'collect-repositories',
  `SELECT id, name FROM repositories WHERE name > $1 ORDER BY name LIMIT $2`,
);

const REPOSITORY = statement(
  'collect-repository',
  `SELECT id, name FROM repositories WHERE name = $1`,
);

export interface RepositoryRow {
  readonly id: number;
  readonly name: RepositoryName;
}

/** Yields all repositories by their names, or only the given one; also those that clients do not see yet. */
export async function* repositoryRows(
  database: Database,
  only?: RepositoryName,
): AsyncIterable<RepositoryRow> {
  if (only !== undefined) return yield* await database.query<RepositoryRow>(REPOSITORY, [only]);
  yield* keysetPages<RepositoryRow>((last, limit) =>
    database.query(REPOSITORIES, [last?.name ?? '', limit]),
  );
}
