import { type TagName } from '../../domain/reference.js';
import { statement } from './database/database.js';

/** A tag, and the size of its manifest with what the manifest itself names. */
export interface SizedTagRow {
  readonly name: TagName;
  readonly digest: Buffer;
  readonly pushed_at: Date;
  readonly pushed_by: string | null;
  readonly manifest: number;
  readonly content_size: number;
  readonly is_index: boolean;
}

export interface IndexSizeRow {
  readonly manifest: number;
  readonly total_bytes: number;
}

/** A tag of one of several manifests. */
export interface HoldingTagRow {
  readonly manifest: number;
  readonly digest: Buffer;
  readonly name: TagName;
}

/** An index that lists one of several manifests. */
export interface HoldingIndexRow {
  readonly manifest: number;
  readonly digest: Buffer;
  readonly child: Buffer;
}

/** The manifests are found first: the order of the rows must not make PostgreSQL look through all tags. */
export const TAGS_OF = statement(
  'list-tags-of-manifests',
  `WITH wanted AS MATERIALIZED (
     SELECT id, digest
     FROM manifests
     WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND digest = ANY ($2)
   )
   SELECT tags.manifest, wanted.digest, tags.name
   FROM wanted JOIN tags ON tags.manifest = wanted.id
   WHERE (tags.manifest, tags.name) > ($3, $4)
   ORDER BY tags.manifest, tags.name
   LIMIT $5`,
);

export const INDEXES_OF = statement(
  'list-indexes-of-manifests',
  `WITH listing AS MATERIALIZED (
     SELECT manifest, child
     FROM manifest_names
     WHERE repo = (SELECT id FROM repositories WHERE name = $1)
       AND child = ANY ($2)
       AND lists_manifest
   )
   SELECT manifest, child,
     (SELECT digest FROM manifests WHERE manifests.id = listing.manifest) AS digest
   FROM listing
   WHERE (manifest, child) > ($3, $4)
   ORDER BY manifest, child
   LIMIT $5`,
);

/** The page of tags is found first, and then the manifest of each of its rows. */
export const LIST_SIZED_TAGS = statement(
  'list-sized-tags',
  `WITH page AS MATERIALIZED (
     SELECT name, digest, pushed_at, pushed_by, manifest
     FROM tags
     WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name > $2
     ORDER BY name
     LIMIT $3
   )
   SELECT page.*,
     (SELECT content_size FROM manifests WHERE id = page.manifest) AS content_size,
     EXISTS (
       SELECT FROM manifest_names WHERE manifest = page.manifest AND lists_manifest
     ) AS is_index
   FROM page
   ORDER BY name`,
);

/** Each content below an index once, with manifests that the repository does not have left out. */
export const SIZES_OF_INDEXES = statement(
  'sizes-of-indexes',
  `WITH RECURSIVE below (root, manifest) AS (
     SELECT id, id FROM unnest($1::bigint[]) AS id
   UNION
     SELECT below.root, m.id
     FROM below
       JOIN manifest_names AS n ON n.manifest = below.manifest AND n.lists_manifest
       JOIN manifests AS m ON m.repo = n.repo AND m.digest = n.child
   ), content AS (
     SELECT below.root, m.digest, m.size::bigint AS size
     FROM below JOIN manifests AS m ON m.id = below.manifest
   UNION ALL
     SELECT below.root, n.child, n.size
     FROM below JOIN manifest_names AS n ON n.manifest = below.manifest AND n.size IS NOT NULL
   ), distinct_content AS (
     SELECT root, digest, max(size) AS size FROM content GROUP BY root, digest
   )
   SELECT root AS manifest, sum(size) AS total_bytes FROM distinct_content GROUP BY root`,
);

export const UNTAGGED = statement(
  'list-untagged-manifests',
  `WITH RECURSIVE home AS MATERIALIZED (
     SELECT id FROM repositories WHERE name = $1
   ), tagged (manifest) AS (
     SELECT manifest FROM tags WHERE repo = (SELECT id FROM home)
   UNION
     SELECT m.id
     FROM tagged
       JOIN manifest_names AS n ON n.manifest = tagged.manifest AND n.lists_manifest
       JOIN manifests AS m ON m.repo = n.repo AND m.digest = n.child
   )
   SELECT digest
   FROM manifests
   WHERE repo = (SELECT id FROM home) AND id NOT IN (SELECT manifest FROM tagged)`,
);
