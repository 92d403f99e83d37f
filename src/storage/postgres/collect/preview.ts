import {
  type AssumedRemoved,
  type CollectedEntry,
  type CollectionRules,
} from '../../ports/collector.js';
import { digestBytes, digestOf } from '../database/digest-bytes.js';
import { statement, type Queries } from '../database/database.js';
import { type RepositoryRow } from './unneeded-rows.js';

/** What a preview considers gone in one repository. */
interface Gone {
  readonly manifests: number[];
  readonly tags: readonly string[];
}

const IS_LEFT = `m.repo = $1 AND m.id <> ALL ($2)`;

/** The manifests that a pass would remove, if those of `$2` and the tags of `$3` were removed. */
const UNNEEDED_MANIFESTS = statement(
  'preview-manifests',
  `SELECT m.id, m.digest, m.size, octet_length(m.referrer) AS "referrerSize"
   FROM manifests m
   WHERE ${IS_LEFT}
     AND NOT EXISTS (SELECT FROM tags t WHERE t.manifest = m.id AND t.name <> ALL ($3))
     AND NOT EXISTS (SELECT FROM manifest_names n WHERE n.repo = $1 AND n.child = m.digest AND n.manifest <> ALL ($2))
     AND (m.subject IS NULL OR NOT EXISTS (
       SELECT FROM manifests s WHERE s.repo = $1 AND s.digest = m.subject AND s.id <> ALL ($2)
     ))
     AND m.last_used <= now() + ($5::float8 - $4::float8) * interval '1 millisecond'
   ORDER BY m.id`,
);

const UNNEEDED_LINKS = statement(
  'preview-links',
  `SELECT b.id, b.digest, b.size, (SELECT count(*) FROM blob_links o WHERE o.blob = b.id) AS claims
   FROM blob_links l JOIN blobs b ON b.id = l.blob
   WHERE l.repo = $1
     AND NOT EXISTS (SELECT FROM manifest_names n WHERE n.repo = $1 AND n.child = b.digest AND n.manifest <> ALL ($2))
     AND l.last_used <= now() + ($4::float8 - $3::float8) * interval '1 millisecond'
   ORDER BY l.blob`,
);

const NAMED = statement(
  'preview-named',
  `SELECT id, digest, size, octet_length(referrer) AS "referrerSize" FROM manifests WHERE repo = $1 AND digest = ANY ($2)`,
);

interface ManifestRow {
  readonly id: number;
  readonly digest: Buffer;
  readonly size: number;
  readonly referrerSize: number | null;
}

interface LinkRow {
  readonly id: number;
  readonly digest: Buffer;
  readonly size: number;
  readonly claims: number;
}

/** Entries of indexes that are nested deeper are found by the next pass, as in a collection. */
const MAX_ROUNDS = 8;

/**
 * Yields what a pass would remove in one repository. Takes no locks: publishers do not wait for a preview.
 *
 * @param claimsGone the number of claims on each blob that earlier previews would have removed
 */
export async function* previewRepository(
  queries: Queries,
  { id, name }: RepositoryRow,
  rules: CollectionRules,
  claimsGone: Map<number, number>,
  without?: AssumedRemoved,
): AsyncGenerator<CollectedEntry> {
  const gone: Gone = { manifests: [], tags: without?.tags ?? [] };
  const referrers: CollectedEntry[] = [];
  for await (const row of unneededManifests(queries, id, rules, gone, without)) {
    const entry = { repository: name, digest: digestOf(row.digest) };
    yield { kind: 'manifests', ...entry, size: row.size, freed: row.size };
    const size = row.referrerSize;
    if (size !== null) referrers.push({ kind: 'referrers', ...entry, size, freed: size });
  }
  yield* referrers;
  const { graceMs, clockAheadMs = 0 } = rules;
  const links = await queries.query<LinkRow>(UNNEEDED_LINKS, [
    id,
    gone.manifests,
    graceMs,
    clockAheadMs,
  ]);
  for (const { id: blob, digest, size, claims } of links) {
    const removed = (claimsGone.get(blob) ?? 0) + 1;
    claimsGone.set(blob, removed);
    const freed = removed >= claims ? size : 0;
    yield { kind: 'blobs', repository: name, digest: digestOf(digest), size, freed };
  }
}

/** Yields the manifests that are assumed removed, and then, level by level, those that nothing else leads to. */
async function* unneededManifests(
  queries: Queries,
  repository: number,
  { graceMs, clockAheadMs = 0, keepUntagged }: CollectionRules,
  gone: Gone,
  without?: AssumedRemoved,
): AsyncGenerator<ManifestRow> {
  const assumed = (without?.manifests ?? []).map(digestBytes);
  let found = await queries.query<ManifestRow>(NAMED, [repository, assumed]);
  for (let round = 0; round <= MAX_ROUNDS; round++) {
    yield* found;
    gone.manifests.push(...found.map(({ id }) => id));
    if (keepUntagged || (round > 0 && found.length === 0)) return;
    const values = [repository, gone.manifests, gone.tags, graceMs, clockAheadMs];
    found = await queries.query<ManifestRow>(UNNEEDED_MANIFESTS, values);
  }
}
