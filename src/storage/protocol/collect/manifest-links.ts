import { LRUCache } from 'lru-cache';

import { type Digest } from '../../../domain/digest.js';
import { parseManifest, type Manifest } from '../../../domain/manifest.js';

/** How many bytes of memory the cache takes, and how many each digest and each manifest take. Estimates. */
const MAX_BYTES = 16 * 1024 ** 2;
const BYTES_PER_DIGEST = 100;
const BYTES_PER_MANIFEST = 200;

/** The digests, as texts, that a manifest names as manifests: the entries of an index, and the subject. */
export interface Links {
  readonly entries: readonly string[];
  readonly subject?: string;
}

const NO_LINKS: Links = { entries: [] };

/** Caches what manifests name. It never changes for a digest. */
export class ManifestLinks {
  private readonly cache = new LRUCache<string, Links>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ entries }) => BYTES_PER_MANIFEST + entries.length * BYTES_PER_DIGEST,
  });

  /** Resolves to the links of a manifest. Calls `read` for its bytes if they are not cached; a missing manifest has no links. */
  async of(digest: Digest, read: () => Promise<Uint8Array | undefined>): Promise<Links> {
    const key = digest.toString();
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const bytes = await read();
    if (bytes === undefined) return NO_LINKS;
    const links = linksOf(bytes);
    this.cache.set(key, links);
    return links;
  }
}

/** Returns the links of a manifest. One that cannot be parsed was left incomplete by a crash, and has none. */
export function linksOf(bytes: Uint8Array): Links {
  let manifest: Manifest;
  try {
    manifest = parseManifest(bytes, undefined);
  } catch {
    return NO_LINKS;
  }
  const { manifests, subject } = manifest;
  const entries = manifests.map(({ digest }) => digest.toString());
  return subject === undefined ? { entries } : { entries, subject: subject.digest.toString() };
}
