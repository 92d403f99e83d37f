import { LRUCache } from 'lru-cache';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** How many blobs are remembered. */
const MAX_BLOBS = 20_000;

/**
 * Remembers for each blob the last repository that this process made claim it. It is only an optimization: the claim may have
 * been removed since.
 */
export class RecentHolders {
  private readonly byDigest: LRUCache<string, RepositoryName>;

  constructor(maxBlobs = MAX_BLOBS) {
    this.byDigest = new LRUCache({ max: maxBlobs });
  }

  add(repository: RepositoryName, digest: Digest): void {
    this.byDigest.set(digest.toString(), repository);
  }

  of(digest: Digest): RepositoryName | undefined {
    return this.byDigest.get(digest.toString());
  }
}
