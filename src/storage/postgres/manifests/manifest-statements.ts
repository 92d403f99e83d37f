import { type MediaType } from '../../../domain/media-type.js';
import { statement } from '../database/database.js';

/** A manifest, and whether its last-used time is to be refreshed. */
export interface UsedRow {
  readonly id: number;
  readonly is_stale: boolean;
}

export interface StatRow extends UsedRow {
  readonly media_type: MediaType;
  readonly size: number;
}

export interface ManifestRow extends UsedRow {
  readonly digest: Buffer;
  readonly media_type: MediaType;
  readonly payload: Buffer;
}

export interface ReferrerRow {
  readonly digest: Buffer;
  readonly media_type: MediaType;
  readonly size: number;
  readonly referrer: string | null;
}

const IS_STALE = `last_used < now() - $3::float8 * interval '1 millisecond' AS is_stale`;

export const STAT_MANIFEST = statement(
  'stat-manifest',
  `SELECT id, media_type, size, ${IS_STALE}
   FROM manifests
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND digest = $2`,
);

export const READ_MANIFEST = statement(
  'read-manifest',
  `SELECT id, digest, media_type, payload, ${IS_STALE}
   FROM manifests
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND digest = $2`,
);

/** Each key is found by a subselect: a join would read all manifests of a repository that is larger than most. */
export const OPEN_TAGGED = statement(
  'open-tagged-manifest',
  `SELECT id, digest, media_type, payload, ${IS_STALE}
   FROM manifests
   WHERE id = (
     SELECT manifest
     FROM tags
     WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND name = $2
   )`,
);

export const TOUCH_MANIFEST = statement(
  'touch-manifest',
  `UPDATE manifests SET last_used = now() WHERE id = $1 RETURNING id`,
);

export const LIST_REFERRERS = statement(
  'list-referrers',
  `SELECT digest, media_type, size, referrer
   FROM manifests
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND subject = $2 AND digest > $3
   ORDER BY digest
   LIMIT $4`,
);

export const LIST_DIGESTS = statement(
  'list-digests',
  `SELECT digest
   FROM manifests
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND digest > $2
   ORDER BY digest
   LIMIT $3`,
);
