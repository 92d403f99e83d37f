import { readFile } from 'node:fs/promises';

import { LRUCache } from 'lru-cache';

import { Digest } from '../../domain/digest.js';
import { mediaTypeOfStored } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { ignoreNotFound } from '../../files/errors.js';
import { readSmallFile, statOfFile } from './disk/small-files.js';
import { type StoredFile } from './stored-files.js';

/** The thread pool reads a manifest of more bytes than this: reading it on this thread would delay other requests. */
const LARGE_MANIFEST_BYTES = 256 * 1024;

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
    const mediaType = this.mediaTypes.get(key) ?? mediaTypeOfStored(bytes);
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

/** Resolves to the manifest at `path`, or to `undefined` if it does not exist or its bytes have another digest. */
export async function readManifest(path: string, digest: Digest): Promise<Uint8Array | undefined> {
  const size = statOfFile(path)?.size;
  const bytes = size === undefined ? undefined : await readBytes({ path, size });
  return bytes && Digest.of(bytes, digest.algorithm).equals(digest) ? bytes : undefined;
}

/** Resolves to the bytes of a manifest's file, or to `undefined` if it does not exist. */
export async function readBytes({ path, size }: StoredFile): Promise<Uint8Array | undefined> {
  if (size > LARGE_MANIFEST_BYTES) return readFile(path).catch(ignoreNotFound);
  return readSmallFile(path, size);
}
