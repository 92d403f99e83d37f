import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ManifestStore } from '../../ports/manifest-store.js';
import { type ListedTag } from '../../ports/statistics.js';
import { Turns } from '../yield-every.js';
import { keyOf } from './digest-set.js';
import { type GarbageStore } from './garbage-store.js';
import { knownManifest } from './known-links.js';
import { type LinkedManifest, type RepositoryListings } from './repository-listings.js';

/** Reads each time. For work on all repositories, which would replace what is cached of those that people look at. */
export class LiveListings implements RepositoryListings {
  constructor(
    private readonly parts: { readonly garbage: GarbageStore; readonly manifests: ManifestStore },
  ) {}

  tags(repository: RepositoryName): AsyncIterable<ListedTag> {
    return this.parts.garbage.of(repository).tags();
  }

  async *links(repository: RepositoryName): AsyncIterable<LinkedManifest> {
    const garbage = this.parts.garbage.of(repository);
    const turns = new Turns();
    for await (const digest of this.parts.manifests.digests(repository)) {
      const bytes = await garbage.peek(digest);
      await turns.afterBytes(bytes?.byteLength ?? 0);
      yield { digest, key: keyOf(digest), ...knownManifest(bytes) };
    }
  }
}
