import { statement } from '../database/database.js';

/**
 * Readers see only the events of transactions below the oldest one that still runs, because a later commit may add events below those
 * that are visible now. Source: PostgreSQL documentation, "System Information Functions", `pg_snapshot_xmin`.
 */
export const READ_EVENTS = statement(
  'read-events',
  `SELECT marks.trimmed, marks.is_ahead,
     e.writer::text AS writer, e.position, e.sequence, e.event, e.previous
   FROM (
     SELECT (SELECT state FROM states WHERE name = 'events-trimmed') AS trimmed,
       -- The position is of another server, whose transactions were counted further.
       $1::text::xid8 > pg_snapshot_xmax(pg_current_snapshot()) AS is_ahead
   ) AS marks
   LEFT JOIN LATERAL (
     SELECT writer, position, sequence, event, previous
     FROM events
     WHERE (writer, position) > (
         CASE WHEN marks.is_ahead THEN '0'::xid8 ELSE $1::text::xid8 END,
         CASE WHEN marks.is_ahead THEN 0 ELSE $2::bigint END
       )
       AND writer < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY writer, position
     LIMIT $3
   ) AS e ON true`,
);

/** Everything that readers have not seen yet comes after it. Events that are visible may come again, but none is left out. */
export const LOCATE_NOW = statement(
  'locate-now',
  `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS writer, 0 AS position`,
);

export const LOCATE_AFTER = statement(
  'locate-event',
  `SELECT writer::text AS writer, position FROM events WHERE id = $1`,
);

/** The order of rows is not that of ids, so the place is before the first row that any later id has. */
export const LOCATE_SINCE = statement(
  'locate-events-since',
  `SELECT writer::text AS writer, position - 1 AS position
   FROM events
   WHERE id >= $1
   ORDER BY writer, position
   LIMIT 1`,
);

export const LAST_EVENT = statement(
  'last-event',
  `SELECT writer::text AS writer, position
   FROM events
   WHERE writer < pg_snapshot_xmin(pg_current_snapshot())
   ORDER BY writer DESC, position DESC
   LIMIT 1`,
);

/** Locks the row, so that only one process trims at a time. */
export const BEGIN_TRIM = statement(
  'begin-trim',
  `INSERT INTO states (name, state) VALUES ('events-trimmed', '0.0')
   ON CONFLICT (name) DO UPDATE SET
     state = CASE
       WHEN split_part(states.state, '.', 1)::xid8 > pg_snapshot_xmax(pg_current_snapshot())
       THEN '0.0'
       ELSE states.state
     END`,
);

/**
 * Gives events of another server, from which the tables were copied, a place before those of this one. Readers would not see them until
 * this server has counted as many transactions.
 */
export const ADOPT_EVENTS = statement(
  'adopt-events',
  `UPDATE events SET writer = '0' WHERE writer > pg_snapshot_xmax(pg_current_snapshot())`,
);

/** The last event that is older than $1 milliseconds, or has $2 bytes of later events and its own. */
export const LAST_BEYOND = statement(
  'last-event-beyond-limits',
  `SELECT writer::text AS writer, position
   FROM (
     SELECT writer, position, at,
       sum(octet_length(event) + 100) OVER (ORDER BY writer DESC, position DESC) AS bytes
     FROM events
     WHERE writer < pg_snapshot_xmin(pg_current_snapshot())
   ) AS newest_first
   WHERE at <= now() - $1::float8 * interval '1 millisecond' OR bytes > $2
   ORDER BY writer DESC, position DESC
   LIMIT 1`,
);

export const TRIM = statement(
  'trim-events',
  `WITH gone AS (
     DELETE FROM events WHERE (writer, position) <= ($1::text::xid8, $2::bigint) RETURNING id
   ), marked AS (
     UPDATE states SET state = $3, changed_at = now() WHERE name = 'events-trimmed'
   )
   SELECT count(*) AS events FROM gone`,
);

export const TRIMMED = statement(
  'trimmed-events',
  `SELECT state FROM states WHERE name = 'events-trimmed'`,
);
