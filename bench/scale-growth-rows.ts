import { digestOf } from './growth-store.ts';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
/** The blob of every repository: `storedConfig` in bench/load/stored.go. */
const CONFIG = '{}';

export interface GrowthRows {
  readonly repositories: number;
  readonly blobs: number;
}

/**
 * Returns SQL that fills the tables with the repositories `many/r000000` and up. Each has an image with the tag `t000000`, and its part of the
 * blobs.
 *
 * No object is stored, so blobs can be asked about and not read.
 */
export function fillingStatements({ repositories, blobs }: GrowthRows): readonly string[] {
  const config = { mediaType: CONFIG_TYPE, digest: digestOf(CONFIG), size: CONFIG.length };
  const image = { schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers: [config] };
  const manifest = JSON.stringify(image);
  const [digest, child] = [bytesOf(digestOf(manifest)), bytesOf(config.digest)];
  return [
    `INSERT INTO repositories (name, listed)
     SELECT 'many/r' || lpad((n - 1)::text, 6, '0'), true FROM generate_series(1, ${repositories}) n ORDER BY n`,
    `INSERT INTO blobs (digest, size, object) VALUES (${child}, ${CONFIG.length}, gen_random_uuid())`,
    `INSERT INTO blobs (digest, size, object)
     SELECT '\\x01'::bytea || sha256(('blob ' || n)::bytea), 1000, gen_random_uuid() FROM generate_series(1, ${blobs}) n`,
    `INSERT INTO blob_links (repo, blob) SELECT repositories.id, blobs.id FROM repositories, blobs WHERE digest = ${child}`,
    `INSERT INTO blob_links (repo, blob)
     SELECT (SELECT min(id) FROM repositories) + blobs.id % ${repositories}, blobs.id FROM blobs WHERE digest <> ${child}`,
    `INSERT INTO manifests (repo, digest, media_type, size, content_size, payload)
     SELECT id, ${digest}, '${MANIFEST_TYPE}', ${manifest.length}, ${CONFIG.length}, convert_to('${manifest}', 'UTF8')
     FROM repositories ORDER BY id`,
    `INSERT INTO manifest_names (manifest, child, repo, lists_manifest, size)
     SELECT id, ${child}, repo, false, ${CONFIG.length} FROM manifests`,
    `INSERT INTO tags (repo, name, manifest, digest, media_type, size, pushed_at)
     SELECT repo, 't000000', id, digest, media_type, size, now() FROM manifests`,
    // As autovacuum does. Otherwise it would do so while something is measured.
    'VACUUM ANALYZE',
    'CHECKPOINT',
  ];
}

function bytesOf(digest: string): string {
  return `'\\x01${digest.replace('sha256:', '')}'::bytea`;
}
