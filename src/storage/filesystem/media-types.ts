import { LRUCache } from 'lru-cache';

import { type Digest } from '../../domain/digest.js';
import { mediaTypeOfStored } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';

/** How many media types are cached. */
const MAX_MEDIA_TYPES = 10_000;

/** Caches the media types of manifests. A type follows from the bytes, so it never changes for a digest. */
export class MediaTypes {
  private readonly mediaTypes: LRUCache<string, MediaType>;
  /** The last read for a type. Manifests are read for their types one after the other, to save memory. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(maxMediaTypes = MAX_MEDIA_TYPES) {
    this.mediaTypes = new LRUCache({ max: maxMediaTypes });
  }

  /** Returns the media type of a manifest from its bytes, and caches it. */
  mediaTypeOf(digest: Digest, bytes: Uint8Array): MediaType {
    const key = digest.toString();
    const known = this.mediaTypes.get(key);
    if (known !== undefined) return known;
    const mediaType = mediaTypeOfStored(bytes);
    this.mediaTypes.set(key, mediaType);
    return mediaType;
  }

  /** Resolves to the manifest's media type. Calls `read` for its bytes if the type is not cached. */
  async find(
    digest: Digest,
    read: () => Promise<Uint8Array | undefined>,
  ): Promise<MediaType | undefined> {
    const find = async (): Promise<MediaType | undefined> => {
      const known = this.mediaTypes.get(digest.toString());
      const bytes = known ? undefined : await read();
      return known ?? (bytes && this.mediaTypeOf(digest, bytes));
    };
    if (this.mediaTypes.has(digest.toString())) return find();
    const found = this.reading.catch(() => undefined).then(find);
    this.reading = found;
    return found;
  }
}
