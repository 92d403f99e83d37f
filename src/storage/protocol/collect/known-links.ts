import { LRUCache } from 'lru-cache';

import { type Digest } from '../../../domain/digest.js';
import { linksOf, NO_LINKS, type Links } from '../../../domain/manifest-links.js';

/** How many bytes of memory the cache takes, and how many each digest and each manifest take. Estimates. */
const MAX_BYTES = 16 * 1024 ** 2;
const BYTES_PER_DIGEST = 100;
const BYTES_PER_MANIFEST = 200;

/** Caches the links of manifests by digest. The links of a digest never change. */
export class KnownLinks {
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
