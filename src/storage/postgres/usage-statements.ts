import { KEPT_DAYS } from '../protocol/pulls-by-day.js';
import { statement } from './database/database.js';

/** A row of pulls, and whether its manifest no longer exists. */
export interface PullsKey {
  readonly repo: number;
  readonly digest: Buffer;
  readonly is_gone: boolean;
}

/** The number of the UTC day of the database, counted from the epoch. */
const TODAY = `floor(extract(epoch FROM now()) / 86400)::integer`;

/** The clock of the process that counted may be ahead, so tomorrow is kept. */
const IS_KEPT = `day > ${TODAY} - ${KEPT_DAYS} AND day <= ${TODAY} + 1`;

/**
 * Adds pulls, all or none. Rows are locked in the order of their keys, because two processes add at the same time.
 *
 * Should its answer be lost, the statement runs again and counts these pulls twice: figures for people may be wrong by that.
 */
export const ADD_PULLS = statement(
  'add-pulls',
  `WITH home AS MATERIALIZED (
     SELECT id FROM repositories WHERE name = $1 AND listed FOR KEY SHARE
   ), counted AS (
     INSERT INTO pulls (repo, digest, pulls, last_pulled_at)
     SELECT home.id, new.digest, new.pulls, to_timestamp(new.at / 1000)
     FROM home, unnest($2::bytea[], $3::bigint[], $4::float8[]) AS new (digest, pulls, at)
     ORDER BY new.digest
     ON CONFLICT (repo, digest) DO UPDATE SET
       pulls = pulls.pulls + excluded.pulls,
       last_pulled_at = greatest(pulls.last_pulled_at, excluded.last_pulled_at)
     RETURNING repo
   )
   INSERT INTO pulls_by_day (repo, day, pulls)
   SELECT home.id, new.day, new.pulls
   FROM home, unnest($5::integer[], $6::bigint[]) AS new (day, pulls)
   -- Always true. It makes sure that the manifests are counted before the days.
   WHERE ${IS_KEPT} AND (SELECT count(*) FROM counted) >= 0
   ORDER BY new.day
   ON CONFLICT (repo, day) DO UPDATE SET pulls = pulls_by_day.pulls + excluded.pulls`,
);

export const READ_PULLS = statement(
  'read-pulls',
  `SELECT digest, pulls, last_pulled_at
   FROM pulls
   WHERE repo = (SELECT id FROM repositories WHERE name = $1)`,
);

export const READ_DAYS = statement(
  'read-pulls-by-day',
  `SELECT day, pulls
   FROM pulls_by_day
   WHERE repo = (SELECT id FROM repositories WHERE name = $1) AND ${IS_KEPT}`,
);

export const FORGET_DAYS = statement(
  'forget-days',
  `DELETE FROM pulls_by_day WHERE NOT (${IS_KEPT})`,
);

export const FIND_GONE = statement(
  'find-pulls-of-removed-manifests',
  `SELECT repo, digest,
     last_pulled_at < now() - interval '1 hour' AND NOT EXISTS (
       SELECT FROM manifests WHERE manifests.repo = pulls.repo AND manifests.digest = pulls.digest
     ) AS is_gone
   FROM pulls
   WHERE (repo, digest) > ($1, $2::bytea)
   ORDER BY repo, digest
   LIMIT $3`,
);

/** Pulls that were added meanwhile are kept: somebody has pushed the manifest again. */
export const FORGET_GONE = statement(
  'forget-pulls-of-removed-manifests',
  `DELETE FROM pulls
   USING unnest($1::bigint[], $2::bytea[]) AS gone (repo, digest)
   WHERE pulls.repo = gone.repo AND pulls.digest = gone.digest
     AND pulls.last_pulled_at < now() - interval '1 hour'`,
);
