import { LRUCache } from 'lru-cache';

import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { parseManifest } from '../../domain/manifest.js';
import { DOCKER_LIST, OCI_INDEX, type MediaType } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ManifestStore } from '../../storage/ports/manifest-store.js';

/** How many repositories are remembered, and how many manifests of each. */
const MAX_REPOSITORIES = 5_000;
const MAX_MANIFESTS = 16;

/** Larger manifests are not looked into, because each blob that is missing costs a look at all of them. Images have some KiB. */
const MAX_MANIFEST_BYTES = 256 * 1024;

/** Finds the blobs that manifests name: those that clients got lately, because they ask for the blobs next. */
export class NamedBlobs {
  /** The manifests by repository, the last one at the end. */
  private readonly pulled = new LRUCache<RepositoryName, readonly Digest[]>({
    max: MAX_REPOSITORIES,
  });

  constructor(private readonly manifests: Pick<ManifestStore, 'stat' | 'read'>) {}

  /** Remembers that a client got a manifest. */
  pull(repository: RepositoryName, digest: Digest, mediaType: MediaType): void {
    // An index names no blobs.
    if (mediaType === OCI_INDEX || mediaType === DOCKER_LIST) return;
    const pulled = this.pulled.get(repository) ?? [];
    if (pulled.at(-1)?.equals(digest) === true) return;
    const others = pulled.filter((one) => !one.equals(digest));
    this.pulled.set(repository, [...others, digest].slice(-MAX_MANIFESTS));
  }

  /** Resolves to the descriptor of a blob in such a manifest, or to `undefined` if none of usual size names it. */
  async find(repository: RepositoryName, blob: Digest): Promise<Descriptor | undefined> {
    const pulled = (this.pulled.get(repository) ?? []).toReversed();
    for (const digest of pulled) {
      const bytes = await this.read(repository, digest);
      // Parsing takes much longer than this search.
      if (bytes?.includes(`${blob}`) !== true) continue;
      const { config, layers } = parseManifest(bytes, undefined);
      const named = [config, ...layers].find((entry) => entry?.digest.equals(blob));
      if (named !== undefined) return named;
    }
    return undefined;
  }

  private async read(repository: RepositoryName, digest: Digest): Promise<Buffer | undefined> {
    const stat = await this.manifests.stat(repository, digest);
    if (stat === undefined || stat.size > MAX_MANIFEST_BYTES) return undefined;
    const stored = await this.manifests.read(repository, digest);
    return stored && Buffer.from(stored.bytes.buffer, stored.bytes.byteOffset, stored.bytes.length);
  }
}
