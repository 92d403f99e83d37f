import { type RepositoryName } from '../../../domain/repository-name.js';
import { type CollectionTotals } from '../../ports/collector.js';
import {
  type LargeBlob,
  type RepositoryFigures,
  type StorageTotals,
} from '../../ports/statistics.js';
import { digestOf } from '../database/digest-bytes.js';
import { statement, type Queries } from '../database/database.js';

interface FiguresRow {
  readonly name: RepositoryName;
  readonly tags: number;
  readonly manifests: number;
  readonly manifestBytes: number;
  readonly blobs: number;
  readonly uniqueBytes: number;
  readonly sharedBytes: number;
  readonly lastPushedAt: Date | null;
  readonly lastPushedBy: string | null;
}

/** The figures of some repositories, each by indexes of its own rows. */
const FIGURES = statement(
  'figures',
  `SELECT r.name, t.tags, m.manifests, m.bytes AS "manifestBytes", l.blobs, l.unique_bytes AS "uniqueBytes",
     l.shared_bytes AS "sharedBytes", p.pushed_at AS "lastPushedAt", p.pushed_by AS "lastPushedBy"
   FROM repositories r,
     LATERAL (SELECT count(*) AS tags FROM tags WHERE repo = r.id) t,
     LATERAL (SELECT count(*) AS manifests, coalesce(sum(size), 0) AS bytes FROM manifests WHERE repo = r.id) m,
     LATERAL (
       SELECT count(*) AS blobs, coalesce(sum(b.size) FILTER (WHERE NOT o.is_shared), 0) AS unique_bytes,
         coalesce(sum(b.size) FILTER (WHERE o.is_shared), 0) AS shared_bytes
       FROM blob_links k JOIN blobs b ON b.id = k.blob,
         LATERAL (SELECT EXISTS (SELECT FROM blob_links x WHERE x.blob = k.blob AND x.repo <> r.id) AS is_shared) o
       WHERE k.repo = r.id
     ) l
     LEFT JOIN LATERAL (SELECT pushed_at, pushed_by FROM tags WHERE repo = r.id ORDER BY pushed_at DESC LIMIT 1) p ON true
   WHERE r.name = ANY ($1)`,
);

/** Resolves to the figures of those of the repositories that exist. */
export async function figuresOf(
  queries: Queries,
  repositories: readonly RepositoryName[],
): Promise<Map<RepositoryName, RepositoryFigures>> {
  const rows = await queries.query<FiguresRow>(FIGURES, [repositories]);
  return new Map(rows.map((row) => [row.name, figuresFrom(row)]));
}

function figuresFrom(row: FiguresRow): RepositoryFigures {
  const { tags, manifests, blobs, sharedBytes, lastPushedAt, lastPushedBy } = row;
  const uniqueBytes = row.uniqueBytes + row.manifestBytes;
  return {
    ...{ tags, manifests, blobs, uniqueBytes, sharedBytes },
    logicalBytes: uniqueBytes + sharedBytes,
    ...(lastPushedAt !== null && { lastPushedAt: lastPushedAt.getTime() }),
    ...(lastPushedBy !== null && { lastPushedBy }),
  };
}

const STORED = statement(
  'figures-stored',
  `SELECT coalesce((SELECT sum(b.size) FROM blobs b WHERE EXISTS (SELECT FROM blob_links l WHERE l.blob = b.id)), 0)
     + coalesce((SELECT sum(size) FROM manifests), 0) AS bytes`,
);

const LARGEST = statement(
  'figures-largest',
  `SELECT b.digest, b.size, ARRAY(
       SELECT r.name FROM blob_links l JOIN repositories r ON r.id = l.repo WHERE l.blob = b.id LIMIT 1000
     ) AS repositories
   FROM (
     SELECT id, digest, size FROM blobs b
     WHERE EXISTS (SELECT FROM blob_links l WHERE l.blob = b.id)
     ORDER BY size DESC LIMIT 100
   ) b ORDER BY b.size DESC`,
);

/** How many repositories are counted by one statement. */
const AT_ONCE = 100;

/** Counts the repositories that a pass has visited, and the storage. */
export async function totalsOf(
  queries: Queries,
  visited: readonly RepositoryName[],
): Promise<CollectionTotals> {
  const repositories = new Map<RepositoryName, RepositoryFigures>();
  for (let first = 0; first < visited.length; first += AT_ONCE) {
    const some = await figuresOf(queries, visited.slice(first, first + AT_ONCE));
    for (const [name, figures] of some) repositories.set(name, figures);
  }
  const [stored] = await queries.query<{ bytes: number }>(STORED);
  return {
    repositories,
    store: storeTotals(repositories, stored?.bytes ?? 0),
    largest: await largestBlobs(queries),
  };
}

function storeTotals(
  repositories: ReadonlyMap<RepositoryName, RepositoryFigures>,
  storedBytes: number,
): StorageTotals {
  let [manifests, logicalBytes] = [0, 0];
  for (const figures of repositories.values()) {
    manifests += figures.manifests;
    logicalBytes += figures.logicalBytes;
  }
  return { repositories: repositories.size, manifests, logicalBytes, storedBytes };
}

async function largestBlobs(queries: Queries): Promise<LargeBlob[]> {
  const rows = await queries.query<{
    readonly digest: Buffer;
    readonly size: number;
    readonly repositories: RepositoryName[];
  }>(LARGEST);
  return rows.map(({ digest, ...blob }) => ({ digest: digestOf(digest), ...blob }));
}
