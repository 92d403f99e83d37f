import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
/** The blob of every repository: `storedConfig` in bench/load/stored.go. */
const CONFIG = '{}';
/** ext4 allows a file at most 65,000 names. */
const MAX_LINKS = 60_000;

export interface GrowthStore {
  readonly tags: number;
  readonly repositories: number;
  readonly blobs: number;
}

/**
 * Writes a store with the repositories `few` (100 tags), `tags`, `blobs`, and `many/r000000` and
 * up.
 *
 * It links a few files many times, because pushing would take hours. Blobs that are never read have
 * names that are not their digests.
 */
export async function buildGrowthStore(root: string, size: GrowthStore): Promise<void> {
  mkdirSync(join(root, 'spare'), { recursive: true });
  writeFileSync(join(root, 'format'), 'berth 1\n');
  const files = new SharedFiles(join(root, 'spare'));
  addRepository(root, 'few', 100, files);
  addRepository(root, 'tags', size.tags, files);
  addRepository(root, 'blobs', 100, files);
  addBlobs(root, 'blobs', size.blobs, files);
  for (let index = 0; index < size.repositories; index++) {
    addRepository(root, `many+r${sixDigits(index)}`, 1, files);
  }
  // Berth does not cache directories that changed a moment ago, because another change could have
  // the same time.
  await sleep(1_500);
}

function addRepository(root: string, name: string, tags: number, files: SharedFiles): void {
  const home = join(root, 'repositories', name);
  for (const folder of ['blobs/sha256', 'manifests/sha256', 'tags']) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  const config = { mediaType: CONFIG_TYPE, digest: digestOf(CONFIG), size: CONFIG.length };
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config,
    layers: [config],
  });
  const digest = digestOf(manifest);
  const size = manifest.length;
  const record = { digest, mediaType: MANIFEST_TYPE, size, pushedAt: '2026-01-01T00:00:00.000Z' };
  files.link(CONFIG, join(home, 'blobs/sha256', hexOf(config.digest)));
  files.link(manifest, join(home, 'manifests/sha256', hexOf(digest)));
  for (let index = 0; index < tags; index++) {
    files.link(JSON.stringify(record), join(home, 'tags', `t${sixDigits(index)}`));
  }
}

function addBlobs(root: string, name: string, count: number, files: SharedFiles): void {
  for (let prefix = 0; prefix < 256; prefix++) {
    const folder = prefix.toString(16).padStart(2, '0');
    mkdirSync(join(root, 'blobs/sha256', folder), { recursive: true });
  }
  for (let index = 0; index < count; index++) {
    const hex = hexOf(digestOf(`blob ${index}`));
    files.link('a blob', join(root, 'blobs/sha256', hex.slice(0, 2), hex));
    files.link('a blob', join(root, 'repositories', name, 'blobs/sha256', hex));
  }
}

/** Files by content, each with any number of names. */
export class SharedFiles {
  private readonly current = new Map<string, { readonly path: string; links: number }>();
  private readonly folder: string;
  private count = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  link(content: string, path: string): void {
    let file = this.current.get(content);
    if (file === undefined || file.links >= MAX_LINKS) {
      file = { path: join(this.folder, String(this.count++)), links: 0 };
      writeFileSync(file.path, content);
      this.current.set(content, file);
    }
    linkSync(file.path, path);
    file.links++;
  }
}

export function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export function hexOf(digest: string): string {
  return digest.slice('sha256:'.length);
}

export function sixDigits(index: number): string {
  return String(index).padStart(6, '0');
}
