import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LAYERS_A_MANIFEST = 100;
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
/** A time long ago. */
const OLD_SECONDS = 1_700_000_000.123456;

export interface StoreSize {
  /** Blobs that tagged images reference. */
  readonly blobs: number;
  /** Unreferenced blobs. */
  readonly garbage: number;
}

/** Writes a store of one repository file by file, because pushing a million blobs takes most of an hour. */
export async function buildStore(root: string, { blobs, garbage }: StoreSize): Promise<void> {
  const home = join(root, 'repositories', 'large');
  for (const directory of ['blobs/sha256', 'manifests/sha256', 'tags']) {
    mkdirSync(join(home, directory), { recursive: true });
  }
  writeFileSync(join(root, 'format'), 'berth 1\n');
  for (let prefix = 0; prefix < 256; prefix++) {
    const name = prefix.toString(16).padStart(2, '0');
    mkdirSync(join(root, 'blobs', 'sha256', name), { recursive: true });
  }
  let layers: object[] = [];
  for (let index = 0; index < blobs + garbage; index++) {
    const layer = writeBlob(root, home, `blob ${index}`);
    if (index >= blobs) continue;
    layers.push(layer);
    if (layers.length < LAYERS_A_MANIFEST && index < blobs - 1) continue;
    writeImage(home, layers, `tag-${index}`);
    layers = [];
  }
  // Berth does not cache directories that changed a moment ago, because another change could have
  // the same time.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
}

function writeBlob(root: string, home: string, content: string): object {
  const hex = sha256(content);
  const shared = join(root, 'blobs', 'sha256', hex.slice(0, 2), hex);
  writeFileSync(shared, content);
  utimesSync(shared, OLD_SECONDS, OLD_SECONDS);
  linkSync(shared, join(home, 'blobs', 'sha256', hex));
  return { mediaType: LAYER_TYPE, digest: `sha256:${hex}`, size: Buffer.byteLength(content) };
}

function writeImage(home: string, layers: readonly object[], tag: string): void {
  const [config] = layers;
  const bytes = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST_TYPE, config, layers });
  const hex = sha256(bytes);
  const file = join(home, 'manifests', 'sha256', hex);
  writeFileSync(file, bytes);
  utimesSync(file, OLD_SECONDS, OLD_SECONDS);
  const size = Buffer.byteLength(bytes);
  const record = { digest: `sha256:${hex}`, mediaType: MANIFEST_TYPE, size, pushedAt: new Date() };
  writeFileSync(join(home, 'tags', tag), JSON.stringify(record));
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
