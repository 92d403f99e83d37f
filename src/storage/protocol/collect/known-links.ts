import { LRUCache } from 'lru-cache';

import { type Digest } from '../../../domain/digest.js';
import { linksOfManifest, NO_LINKS, type Links } from '../../../domain/manifest-links.js';
import { tryParseManifest } from '../../../domain/manifest.js';
import { namedKeys, type NamedKeys } from './named-keys.js';

/** How many bytes of memory the cache takes, and how many each digest and each manifest take. Estimates. */
const MAX_BYTES = 16 * 1024 ** 2;
const BYTES_PER_DIGEST = 100;
const BYTES_PER_KEY = 8;
const BYTES_PER_MANIFEST = 200;

/** The links of a manifest, and the keys of everything that it names. */
export interface KnownManifest extends Links {
  readonly names: NamedKeys;
}

/** Returns what a manifest names. One that does not exist, or that a crash left incomplete, names nothing. */
export function knownManifest(bytes: Uint8Array | undefined): KnownManifest {
  const manifest = bytes && tryParseManifest(bytes);
  const links = manifest === undefined ? NO_LINKS : linksOfManifest(manifest);
  return { ...links, names: namedKeys(manifest) };
}

/** Returns an estimate of the bytes of memory that it takes. */
export function bytesOfKnown({ entries, names }: KnownManifest): number {
  const keys = names.blobs.length + names.entries.length;
  return BYTES_PER_MANIFEST + entries.length * BYTES_PER_DIGEST + keys * BYTES_PER_KEY;
}

/** Caches the links of manifests by digest. The links of a digest never change. */
export class KnownLinks {
  private readonly cache = new LRUCache<string, KnownManifest>({
    maxSize: MAX_BYTES,
    sizeCalculation: bytesOfKnown,
  });

  /** Resolves to the links of a manifest. Calls `read` for its bytes if they are not cached; a missing manifest has no links. */
  async of(digest: Digest, read: () => Promise<Uint8Array | undefined>): Promise<KnownManifest> {
    const key = digest.toString();
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const bytes = await read();
    const links = knownManifest(bytes);
    if (bytes === undefined) return links;
    this.cache.set(key, links);
    return links;
  }
}
