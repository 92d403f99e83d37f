import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ManifestStore } from '../../ports/manifest-store.js';
import { type ListedTag } from '../../ports/statistics.js';
import { keyOf } from './digest-slots.js';
import { type GarbageStore } from './garbage-store.js';
import { knownManifest } from './known-links.js';
import { manifestReader } from './manifest-reader.js';
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
    const read = manifestReader(this.parts.garbage.of(repository));
    for await (const digest of this.parts.manifests.digests(repository)) {
      yield { digest, key: keyOf(digest), ...knownManifest(await read(digest)) };
    }
  }
}
