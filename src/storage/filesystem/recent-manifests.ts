import { LRUCache } from 'lru-cache';

import { Digest } from '../../domain/digest.js';
import { readSmallFile } from './disk/small-files.js';
import { type StoredFile } from './stored-files.js';

/** How many bytes of manifests are cached. */
const MAX_CACHED_BYTES = 8 * 1024 ** 2;

/** How many bytes a cached manifest takes besides its content. An estimate. */
const BYTES_PER_MANIFEST = 400;

/**
 * Caches the contents of small manifests. What has a digest never changes, so that it is enough to look whether the file still exists,
 * which callers do.
 */
export class RecentManifests {
  private readonly contents: LRUCache<string, Buffer>;

  constructor(maxCachedBytes = MAX_CACHED_BYTES) {
    this.contents = new LRUCache({
      maxSize: maxCachedBytes,
      sizeCalculation: ({ byteLength }) => BYTES_PER_MANIFEST + byteLength,
    });
  }

  /** Returns the content of a manifest whose file was just found, or `undefined` if the file does not exist any more. */
  read(digest: Digest, { path, size }: StoredFile): Uint8Array | undefined {
    const key = digest.toString();
    const known = this.contents.get(key);
    if (known?.byteLength === size) return known;
    const bytes = readSmallFile(path, size);
    if (bytes !== undefined && Digest.of(bytes, digest.algorithm).equals(digest)) {
      this.contents.set(key, copyOf(bytes));
    }
    return bytes;
  }
}

/** Returns a copy in memory of its own. A part of Node's pool would keep the rest of the pool from being collected. */
function copyOf(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}
