import { readFile } from 'node:fs/promises';

import { Digest } from '../../domain/digest.js';
import { mediaTypeOfStored } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ManifestStat, type OpenManifest } from '../ports/manifest-store.js';
import { ignoreNotFound } from './disk/fs-errors.js';
import { type Layout } from './layout.js';
import { readSmallFile, statOfFile } from './disk/small-files.js';
import { openFile } from './disk/open-file.js';
import { type ReadBuffers } from './disk/read-buffers.js';
import { type StoredFiles } from './stored-files.js';

/** A manifest above this many bytes is read by the thread pool: it would hold up everybody else. */
const LARGE_MANIFEST_BYTES = 256 * 1024;

/** A manifest of up to this many bytes is in memory while it is sent: as much as there is in a connection's buffers. */
const SMALL_MANIFEST_BYTES = 64 * 1024;

/** How many manifests' media types are remembered. */
const MAX_MEDIA_TYPES = 10_000;

/** Manifests as they lie on the disk. */
export class ManifestFiles {
  /** By digest: the bytes tell the type, so it never changes. */
  private readonly mediaTypes = new Map<string, MediaType>();
  /** Whole manifests are read for their types one after the other: many at once would be much memory. */
  private reading: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly layout: Layout,
    private readonly files: StoredFiles,
  ) {}

  /** The size in bytes of the manifest, or `undefined` when it is not there or damaged. */
  async sizeOf(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return this.files.sizeOf(repository, 'manifests', digest);
  }

  async stat(repository: RepositoryName, digest: Digest): Promise<ManifestStat | undefined> {
    const size = await this.sizeOf(repository, digest);
    if (size === undefined) return undefined;
    const mediaType = await this.findMediaType(repository, digest);
    return mediaType && { mediaType, size };
  }

  async read(repository: RepositoryName, digest: Digest): Promise<Uint8Array | undefined> {
    const size = await this.sizeOf(repository, digest);
    if (size === undefined) return undefined;
    return readBytes(this.layout.manifest(repository, digest), size);
  }

  /** As `read`, but what is not small is left to be read in pieces. */
  async open(
    repository: RepositoryName,
    digest: Digest,
    buffers: ReadBuffers,
  ): Promise<OpenManifest | undefined> {
    const size = await this.sizeOf(repository, digest);
    if (size === undefined) return undefined;
    const path = this.layout.manifest(repository, digest);
    if (size <= SMALL_MANIFEST_BYTES) {
      const bytes = readSmallFile(path);
      return bytes && { mediaType: this.mediaTypeOf(digest, bytes), content: bytes };
    }
    const mediaType = await this.findMediaType(repository, digest);
    const content = mediaType && (await openFile(path, buffers));
    return content && { mediaType, content };
  }

  mediaTypeOf(digest: Digest, bytes: Uint8Array): MediaType {
    const key = digest.toString();
    const mediaType = this.mediaTypes.get(key) ?? mediaTypeOfStored(bytes);
    if (this.mediaTypes.size >= MAX_MEDIA_TYPES) this.mediaTypes.clear();
    this.mediaTypes.set(key, mediaType);
    return mediaType;
  }

  private async findMediaType(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<MediaType | undefined> {
    const find = async (): Promise<MediaType | undefined> => {
      const known = this.mediaTypes.get(digest.toString());
      const bytes = known ? undefined : await this.read(repository, digest);
      return known ?? (bytes && this.mediaTypeOf(digest, bytes));
    };
    if (this.mediaTypes.has(digest.toString())) return find();
    const found = this.reading.catch(() => undefined).then(find);
    this.reading = found;
    return found;
  }
}

/** The manifest at `path`, or `undefined` when it is not there or its bytes are not those of the digest. */
export async function readManifest(path: string, digest: Digest): Promise<Uint8Array | undefined> {
  const size = statOfFile(path)?.size;
  const bytes = size === undefined ? undefined : await readBytes(path, size);
  return bytes && Digest.of(bytes, digest.algorithm).equals(digest) ? bytes : undefined;
}

async function readBytes(path: string, size: number): Promise<Uint8Array | undefined> {
  return size > LARGE_MANIFEST_BYTES ? readFile(path).catch(ignoreNotFound) : readSmallFile(path);
}
