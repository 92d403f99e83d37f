import { type RepositoryName } from '../../../domain/repository-name.js';
import { statement, type Queries } from '../database/database.js';
import { keysetPages } from '../database/keyset-pages.js';
import { type ObjectId } from '../objects/object-store.js';

/** All bytes that a verification reads. */
export const TOTAL = statement(
  'verify-total',
  `SELECT coalesce((SELECT sum(size) FROM blobs), 0) + coalesce((SELECT sum(size) FROM manifests), 0) AS bytes`,
);

export interface ManifestRow {
  readonly id: number;
  readonly repository: RepositoryName;
  readonly digest: Buffer;
  readonly payload: Buffer;
}

export interface BlobRow {
  readonly id: number;
  readonly digest: Buffer;
  readonly size: number;
  readonly object: ObjectId;
  /** Empty for content that no repository has. */
  readonly repositories: readonly RepositoryName[];
}

const MANIFESTS = statement(
  'verify-manifests',
  `SELECT m.id, r.name AS repository, m.digest, m.payload
   FROM manifests m JOIN repositories r ON r.id = m.repo
   WHERE m.id > $1 ORDER BY m.id LIMIT $2`,
);

const BLOBS = statement(
  'verify-blobs',
  `SELECT b.id, b.digest, b.size, b.object, ARRAY (
     SELECT r.name FROM blob_links l JOIN repositories r ON r.id = l.repo WHERE l.blob = b.id
   ) AS repositories
   FROM blobs b WHERE b.id > $1 ORDER BY b.id LIMIT $2`,
);

/** A manifest takes up to some MiB. */
const MANIFESTS_AT_ONCE = 20;

export function allManifests(queries: Queries): AsyncIterable<ManifestRow> {
  return keysetPages<ManifestRow>(
    (last, limit) => queries.query(MANIFESTS, [last?.id ?? 0, limit]),
    MANIFESTS_AT_ONCE,
    MANIFESTS_AT_ONCE,
  );
}

export function allBlobs(queries: Queries): AsyncIterable<BlobRow> {
  return keysetPages<BlobRow>((last, limit) => queries.query(BLOBS, [last?.id ?? 0, limit]));
}

export const CURRENT_OBJECT = statement(
  'verify-current-object',
  `SELECT object FROM blobs WHERE digest = $1`,
);

/** The object stays in the store, where a person can examine it: its name is kept, and nothing deletes it. A blob with another object is left alone. */
export const QUARANTINE_BLOB = statement(
  'quarantine-blob',
  `WITH locked AS MATERIALIZED (SELECT id FROM blobs WHERE digest = $1 AND object = $2 FOR UPDATE),
     unlinked AS (DELETE FROM blob_links WHERE blob = (SELECT id FROM locked)),
     gone AS (DELETE FROM blobs WHERE id = (SELECT id FROM locked) RETURNING digest, object)
   INSERT INTO damaged_content (digest, object) SELECT digest, object FROM gone
   ON CONFLICT (object) DO NOTHING`,
);

export const QUARANTINE_MANIFEST = statement(
  'quarantine-manifest',
  `WITH locked AS MATERIALIZED (
       SELECT m.id, r.name, m.digest, m.payload FROM manifests m JOIN repositories r ON r.id = m.repo
       WHERE r.name = $1 AND m.digest = $2
       FOR UPDATE OF m
     ),
     untagged AS (DELETE FROM tags WHERE manifest = (SELECT id FROM locked)),
     gone AS (DELETE FROM manifests WHERE id = (SELECT id FROM locked))
   INSERT INTO damaged_content (repository, digest, payload) SELECT name, digest, payload FROM locked`,
);
