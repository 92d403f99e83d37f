import { statement } from '../database/database.js';

/** Publishers of indexes that list the manifest wait for this lock, or it waits for them. */
export const LOCK_MANIFEST = statement(
  'lock-manifest',
  `SELECT id, repo
   FROM manifests
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND digest = $2
   FOR UPDATE`,
);

/**
 * An index that lists the manifest $2 with the digest $3 in the repository $1, and that is reachable: by a tag, by another index, or as
 * a referrer. If untagged manifests are kept ($4), all are. What is reachable only through the manifest goes with it.
 */
export const FIND_INDEX = statement(
  'find-index-of-manifest',
  `WITH RECURSIVE above (index, manifest) AS (
     SELECT manifest, manifest
     FROM manifest_names
     WHERE repo = $1 AND child = $3 AND lists_manifest AND manifest <> $2
   UNION
     SELECT above.index, next.manifest
     FROM above
       JOIN manifests AS m ON m.id = above.manifest
       CROSS JOIN LATERAL (
         SELECT manifest
         FROM manifest_names
         WHERE repo = $1 AND child = m.digest AND lists_manifest
       UNION ALL
         SELECT id FROM manifests WHERE repo = $1 AND digest = m.subject
       ) AS next
     WHERE next.manifest <> $2
   )
   SELECT digest
   FROM manifests
   WHERE id = (
     SELECT index
     FROM above
     WHERE $4 OR EXISTS (SELECT FROM tags WHERE tags.manifest = above.manifest)
     LIMIT 1
   )`,
);

/** In the order in which publishers lock them. */
export const LOCK_TAGS = statement(
  'lock-tags-of-manifest',
  `SELECT name FROM tags WHERE manifest = $1 ORDER BY name FOR UPDATE`,
);

/** Removes tags that are locked, and records for each its last state and then its removal. */
export const REMOVE_TAGS = statement(
  'remove-tags',
  `WITH gone AS (
     DELETE FROM tags WHERE repo = $1 AND name = ANY ($2::text[]) RETURNING *
   ), changes AS (
     SELECT repo, name, 1 AS step, pushed_at AS at, pushed_by AS changed_by, digest, media_type,
       size, previous
     FROM gone
   UNION ALL
     SELECT repo, name, 2, clock_timestamp(), $3, NULL, NULL, NULL, digest
     FROM gone
   )
   INSERT INTO tag_changes (repo, name, at, changed_by, digest, media_type, size, previous)
   SELECT repo, name, at, changed_by, digest, media_type, size, previous
   FROM changes
   ORDER BY name, step`,
);

export const REMOVE_MANIFEST = statement('remove-manifest', `DELETE FROM manifests WHERE id = $1`);

/** The digest is in the row: a join would lose a tag that was moved while this waited for the lock. */
export const LOCK_TAG = statement(
  'lock-tag',
  `SELECT repo, digest
   FROM tags
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name = $2
   FOR UPDATE`,
);
