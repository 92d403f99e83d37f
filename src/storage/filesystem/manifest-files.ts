import { readFile } from 'node:fs/promises';

import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { lookFor } from '../protocol/look-for.js';
import { absentIfMissing } from './fs-errors.js';
import { type Layout } from './layout.js';
import { readMetadata, sizeOfFile } from './metadata.js';
import { type Trash } from './trash.js';

/** A manifest above this many bytes is read by the thread pool: it would hold up everybody else. */
const LARGE_MANIFEST_BYTES = 256 * 1024;

/** Manifests as they lie on the disk, even those that a collector holds just now. */
export class ManifestFiles {
  constructor(
    private readonly layout: Layout,
    private readonly trash: Trash,
  ) {}

  /** The size in bytes of the manifest's file, or `undefined`. */
  async sizeOf(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    const path = this.layout.manifest(repository, digest);
    const shelf = {
      live: async () => sizeOfFile(path),
      rescue: () => this.trash.rescue(repository, { kind: 'manifests', digest }),
    };
    return lookFor(shelf, digest);
  }

  /** The manifest's bytes, or `undefined` when they are not there or not those of the digest. */
  async read(repository: RepositoryName, digest: Digest): Promise<Uint8Array | undefined> {
    const size = await this.sizeOf(repository, digest);
    if (size === undefined) return undefined;
    return readManifest(this.layout.manifest(repository, digest), digest);
  }
}

/**
 * The manifest at `path`, or `undefined`.
 *
 * What a crash cut off or a disk spoilt is not served: the client pushes it again, and that mends it.
 */
export async function readManifest(path: string, digest: Digest): Promise<Uint8Array | undefined> {
  const size = sizeOfFile(path);
  if (size === undefined) return undefined;
  const large = size > LARGE_MANIFEST_BYTES;
  const bytes = large ? await readFile(path).catch(absentIfMissing) : readMetadata(path);
  if (bytes === undefined || !Digest.of(bytes, digest.algorithm).equals(digest)) return undefined;
  return bytes;
}
