import { LRUCache } from 'lru-cache';

import { type ImageContent } from '../../http/oci/manifest-of-request.js';

/** How many images are remembered. */
const MAX_IMAGES = 5_000;

/** The sizes of the images that this process saw, because the manifest of an index does not have those of its entries. */
export class ImageSizes {
  private readonly sizes = new LRUCache<string, number>({ max: MAX_IMAGES });

  /** Returns the known size of an image. */
  get(digest: string): number | undefined {
    return this.sizes.get(digest);
  }

  /** Returns the size of an image: of an index, the sum of its entries that are known. `undefined` if nothing is known. */
  learn(digest: string, { bytes, entries }: ImageContent): number | undefined {
    const known = entries
      .map((entry) => this.sizes.get(entry))
      .filter((size) => size !== undefined);
    if (entries.length > 0 && known.length === 0) return undefined;
    const size = known.reduce((sum, one) => sum + one, bytes);
    // Further entries may become known.
    if (known.length === entries.length) this.sizes.set(digest, size);
    return size;
  }
}
