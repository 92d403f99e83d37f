import { type MediaType } from '../../../domain/media-type.js';
import { KEPT_TAG_CHANGES } from '../../ports/tag-store.js';
import { statement } from '../database/database.js';

export interface TagRow {
  readonly manifest: number;
  readonly digest: Buffer;
  readonly media_type: MediaType;
  readonly size: number;
  readonly pushed_at: Date;
  readonly pushed_by: string | null;
  readonly previous: Buffer | null;
  readonly is_stale: boolean;
}

export interface ChangeRow {
  readonly at: Date;
  readonly changed_by: string | null;
  readonly digest: Buffer | null;
  readonly media_type: string | null;
  readonly size: number | null;
  readonly previous: Buffer | null;
}

export const RESOLVE_TAG = statement(
  'resolve-tag',
  `SELECT manifest, digest, media_type, size, pushed_at, pushed_by, previous,
     (
       SELECT last_used < now() - $3::float8 * interval '1 millisecond'
       FROM manifests
       WHERE id = tags.manifest
     ) AS is_stale
   FROM tags
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name = $2`,
);

/** The repository is found by a subselect: with a join, PostgreSQL would sort all tags instead of walking along the index. */
export const LIST_TAGS = statement(
  'list-tags',
  `SELECT name
   FROM tags
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name > $2
   ORDER BY name
   LIMIT $3`,
);

/** The present state, which no other change is newer than, and the earlier ones. */
export const TAG_HISTORY = statement(
  'tag-history',
  `SELECT at, changed_by, digest, media_type, size, previous
   FROM (
     (
       SELECT pushed_at AS at, pushed_by AS changed_by, digest, media_type, size, previous,
         9223372036854775807 AS number
       FROM tags
       WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name = $2
     )
     UNION ALL
     (
       SELECT at, changed_by, digest, media_type, size, previous, number
       FROM tag_changes
       WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name = $2
       ORDER BY number DESC
       LIMIT ${KEPT_TAG_CHANGES}
     )
   ) AS changes
   ORDER BY number DESC
   LIMIT ${KEPT_TAG_CHANGES}`,
);

/** The last change of a tag that does not exist is its removal. */
export const LIST_REMOVED_TAGS = statement(
  'list-removed-tags',
  `SELECT name, max(at) AS at
   FROM tag_changes
   WHERE repo = (SELECT id FROM repositories WHERE name = $1)
     AND digest IS NULL
     AND name > $2
     AND NOT EXISTS (
       SELECT FROM tags WHERE tags.repo = tag_changes.repo AND tags.name = tag_changes.name
     )
   GROUP BY name
   ORDER BY name
   LIMIT $3`,
);
