import { KEPT_TAG_CHANGES } from '../../ports/tag-store.js';
import { statement } from '../database/database.js';

/** How many missing digests an error lists. */
const MAX_MISSING = 1_000;

/** The history of a tag is shortened after this many changes, not after each, because most of its pages are read for that. */
const TRIM_EVERY = 20;

/**
 * Publishes a manifest, or writes nothing if the repository or some content does not exist.
 *
 * All rows are locked in one order by every publisher and remover: links, entries, the manifest, the repository, tags by name. The locks
 * on links and entries keep collectors from deleting what the manifest needs until it is visible. The keys are found first, and rows
 * are looked up by their full primary key: joins over large repositories would read all of their rows.
 *
 * $1 repository, $2 digest, $3 type, $4 payload, $5 size with config and layers, $6 subject, $7 referrer, $8 required blobs, $9 required
 * manifests or blobs, $10 names, $11 whether each is a manifest, $12 the size of each, $13 tags, $14 client, $15 ids of events, $16 their
 * texts, $17 what each depends on: a tag, `''` for the first manifest of the repository, or NULL
 */
export const PUBLISH = statement(
  'publish-manifest',
  `WITH home AS MATERIALIZED (
     SELECT id FROM repositories WHERE name = $1 FOR KEY SHARE
   ), want AS MATERIALIZED (
     SELECT id, digest FROM blobs WHERE digest = ANY ($8::bytea[] || $9::bytea[])
   ), held AS MATERIALIZED (
     SELECT blob
     FROM blob_links
     WHERE repo = (SELECT id FROM home) AND blob = ANY (ARRAY (SELECT id FROM want))
     ORDER BY blob
     FOR KEY SHARE
   ), links AS MATERIALIZED (
     SELECT want.digest FROM want JOIN held ON held.blob = want.id
   ), children AS MATERIALIZED (
     SELECT digest
     FROM manifests
     WHERE repo = (SELECT id FROM home) AND digest = ANY ($9::bytea[])
     ORDER BY digest
     FOR KEY SHARE
   ), missing AS MATERIALIZED (
     (SELECT digest FROM unnest($8::bytea[]) AS digest EXCEPT SELECT digest FROM links)
     UNION
     (
       SELECT digest FROM unnest($9::bytea[]) AS digest
       EXCEPT
       (SELECT digest FROM links UNION ALL SELECT digest FROM children)
     )
   ), placed AS (
     INSERT INTO manifests
       (repo, digest, media_type, size, content_size, payload, subject, referrer)
     SELECT home.id, $2, $3, length($4::bytea), $5::bigint, $4::bytea, $6::bytea, $7
     FROM home
     WHERE NOT EXISTS (SELECT FROM missing)
     ON CONFLICT (repo, digest) DO UPDATE SET last_used = now()
     -- A row that was inserted has no xmax; one that was updated has been locked by this transaction.
     RETURNING id, repo, size, xmax = 0 AS created
   ), named AS (
     INSERT INTO manifest_names (manifest, child, repo, lists_manifest, size)
     SELECT placed.id, new.child, placed.repo, new.lists_manifest, new.size
     FROM placed,
       unnest($10::bytea[], $11::boolean[], $12::bigint[]) AS new (child, lists_manifest, size)
     WHERE placed.created
   ), listed AS (
     UPDATE repositories SET listed = true
     WHERE id = (SELECT repo FROM placed) AND NOT listed
     RETURNING id
   ), tagged AS (
     INSERT INTO tags (repo, name, manifest, digest, media_type, size, pushed_at, pushed_by)
     SELECT placed.repo, new.name, placed.id, $2, $3, placed.size, clock_timestamp(), $14
     FROM placed, unnest($13::text[]) AS new (name)
     -- Always true. It makes sure that the repository is locked before any tag.
     WHERE (SELECT count(*) FROM listed) >= 0
     ORDER BY new.name COLLATE "C"
     ON CONFLICT (repo, name) DO UPDATE SET
       manifest = excluded.manifest,
       digest = excluded.digest,
       media_type = excluded.media_type,
       size = excluded.size,
       pushed_at = clock_timestamp(),
       pushed_by = excluded.pushed_by,
       -- Only the locked row says what the tag points to when two publishers set it at once.
       previous = CASE WHEN tags.digest = excluded.digest THEN tags.previous ELSE tags.digest END,
       changes = tags.changes + 1,
       moved = tags.digest <> excluded.digest,
       replaced_at = tags.pushed_at,
       replaced_by = tags.pushed_by,
       replaced_type = tags.media_type,
       replaced_size = tags.size,
       replaced_previous = tags.previous
     RETURNING *
   ), states AS MATERIALIZED (
     SELECT *, CASE WHEN NOT moved THEN digest WHEN replaced_at IS NOT NULL THEN previous END AS before
     FROM tagged
   ), changed AS (
     INSERT INTO tag_changes (repo, name, at, changed_by, digest, media_type, size, previous)
     SELECT repo, name, replaced_at, replaced_by, before, replaced_type, replaced_size,
       replaced_previous
     FROM states
     WHERE moved AND before IS NOT NULL
   ), trimmed AS (
     DELETE FROM tag_changes
     USING states
     WHERE states.moved AND states.changes % ${TRIM_EVERY} = 0
       AND tag_changes.repo = states.repo
       AND tag_changes.name = states.name
       AND tag_changes.number <= (
         SELECT kept.number
         FROM tag_changes AS kept
         WHERE kept.repo = states.repo AND kept.name = states.name
         ORDER BY kept.number DESC
         OFFSET ${KEPT_TAG_CHANGES - 1}
         LIMIT 1
       )
   ), told AS (
     INSERT INTO events (id, event, sequence, previous)
     SELECT new.id, new.event, row_number() OVER (ORDER BY new.number), states.before
     FROM unnest($15::text[], $16::text[], $17::text[])
         WITH ORDINALITY AS new (id, event, needs, number)
       LEFT JOIN states ON states.name = new.needs
     WHERE EXISTS (SELECT FROM placed)
       AND CASE new.needs
         WHEN '' THEN EXISTS (SELECT FROM listed)
         ELSE new.needs IS NULL OR states.moved
       END
     ORDER BY new.number
     ON CONFLICT (id) DO NOTHING
     RETURNING id
   )
   SELECT
     ARRAY (SELECT digest FROM missing LIMIT ${MAX_MISSING}) AS missing,
     (SELECT created FROM placed) AS created,
     ARRAY (SELECT name::text FROM states ORDER BY name) AS tags,
     ARRAY (SELECT moved FROM states ORDER BY name) AS moved,
     ARRAY (SELECT before FROM states ORDER BY name) AS before,
     (SELECT count(*) FROM told) AS events`,
);

/** The result of `PUBLISH`: `tags`, `moved` and `before` have one item for each tag. */
export interface PublishRow {
  readonly missing: readonly Buffer[];
  /** Whether the manifest is new, or NULL if nothing was written. */
  readonly created: boolean | null;
  readonly tags: readonly string[];
  readonly moved: readonly boolean[];
  /** What each tag pointed to before, or NULL for a new one. */
  readonly before: readonly (Buffer | null)[];
  readonly events: number;
}

/** The row of a repository, which clients do not see before its first manifest. */
export const CREATE_REPOSITORY = statement(
  'create-repository',
  `INSERT INTO repositories (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`,
);
