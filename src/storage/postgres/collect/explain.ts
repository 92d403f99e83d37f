import { type Digest } from '../../../domain/digest.js';
import { parseManifest, type Manifest } from '../../../domain/manifest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type Explanation } from '../../ports/collector.js';
import { digestBytes, digestOf } from '../database/digest-bytes.js';
import { statement, type Queries } from '../database/database.js';

const PLACES = statement(
  'explain-places',
  `SELECT r.id, r.name, 'manifests' AS kind, m.last_used AS "lastUsed"
   FROM manifests m JOIN repositories r ON r.id = m.repo WHERE m.digest = $1
   UNION ALL
   SELECT r.id, r.name, 'blobs', l.last_used
   FROM blob_links l JOIN repositories r ON r.id = l.repo WHERE l.blob = (SELECT id FROM blobs WHERE digest = $1)
   ORDER BY name`,
);

interface Place {
  readonly id: number;
  readonly name: RepositoryName;
  readonly kind: 'manifests' | 'blobs';
  readonly lastUsed: Date;
}

/** The manifests that lead to a digest: those that name it, and the subject of the referrer with this digest. */
const ABOVE = statement(
  'explain-above',
  `SELECT m.digest, false AS "isSubject" FROM manifest_names n JOIN manifests m ON m.id = n.manifest
   WHERE n.repo = $1 AND n.child = $2
   UNION ALL
   SELECT s.digest, true FROM manifests m JOIN manifests s ON s.repo = m.repo AND s.digest = m.subject
   WHERE m.repo = $1 AND m.digest = $2`,
);

const MANIFEST = statement(
  'explain-manifest',
  `SELECT m.payload, m.last_used AS "lastUsed", (SELECT min(t.name) FROM tags t WHERE t.manifest = m.id) AS tag
   FROM manifests m WHERE m.repo = $1 AND m.digest = $2`,
);

interface ManifestRow {
  readonly payload: Buffer;
  readonly lastUsed: Date;
  readonly tag: string | null;
}

/** A manifest on a way from the content upwards. */
interface Step {
  readonly digest: Digest;
  readonly row: ManifestRow;
  /** The step below, or `undefined` for the content itself, if it is a manifest. */
  readonly below: Step | undefined;
  /** Whether the step below is a referrer of this manifest. */
  readonly isSubject: boolean;
}

/** Yields an explanation for each repository that has `digest`. Refreshes no last-used time. */
export async function* explain(
  queries: Queries,
  digest: Digest,
  keepUntagged: boolean,
): AsyncGenerator<Explanation> {
  for (const place of await queries.query<Place>(PLACES, [digestBytes(digest)])) {
    const top = await climb(queries, place, digest);
    const isKept = top !== undefined && (top.row.tag !== null || keepUntagged);
    const lastUsed = Math.max(place.lastUsed.getTime(), top?.row.lastUsed.getTime() ?? 0);
    const chain = isKept ? chainOf(place.name, top, digest) : [];
    yield { repository: place.name, kind: place.kind, chain, lastUsed };
  }
}

/** Climbs from the content to a manifest with a tag, or else to the last one that was found. Looks at each manifest once. */
async function climb(
  queries: Queries,
  { id, kind }: Place,
  target: Digest,
): Promise<Step | undefined> {
  const seen = new Set<string>();
  const waiting: Omit<Step, 'row'>[] = [];
  let last: Step | undefined;
  const look = async (at: Digest, below: Step | undefined): Promise<void> => {
    const rows = await queries.query<{ digest: Buffer; isSubject: boolean }>(ABOVE, [
      id,
      digestBytes(at),
    ]);
    for (const { digest, isSubject } of rows)
      waiting.push({ digest: digestOf(digest), below, isSubject });
  };
  if (kind === 'manifests') waiting.push({ digest: target, below: undefined, isSubject: false });
  else await look(target, undefined);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (seen.has(next.digest.toString())) continue;
    seen.add(next.digest.toString());
    const [row] = await queries.query<ManifestRow>(MANIFEST, [id, digestBytes(next.digest)]);
    if (row === undefined) continue;
    last = { ...next, row };
    if (row.tag !== null) return last;
    await look(next.digest, last);
  }
  return last;
}

/** Describes the way from the top down to the content. */
function chainOf(repository: RepositoryName, top: Step, target: Digest): string[] {
  const chain = [top.row.tag === null ? 'no tag' : `tag ${repository}:${top.row.tag}`];
  for (let step: Step | undefined = top; step !== undefined; step = step.below) {
    const manifest = parseManifest(step.row.payload, undefined);
    chain.push(`${manifest.kind} ${step.digest}`);
    if (step.isSubject && step.below !== undefined) chain.push('its referrer');
    if (step.below === undefined && !step.digest.equals(target))
      chain.push(partOf(manifest, target));
  }
  return chain;
}

/** Says as what a manifest names the content. */
function partOf({ config, layers }: Manifest, target: Digest): string {
  if (config?.digest.equals(target) === true) return `config ${target}`;
  const isLayer = layers.some(({ digest }) => digest.equals(target));
  return `${isLayer ? 'layer' : 'entry'} ${target}`;
}
