import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { TagStore, type TaggedManifest } from '../ports/tag-store.js';
import { listing } from './asynchronous.js';
import { type Repositories } from './repositories.js';
import { sortedAfter } from './sorted.js';

export class MemoryTagStore extends TagStore {
  constructor(private readonly repositories: Repositories) {
    super();
  }

  override resolve(repository: RepositoryName, tag: TagName): Promise<TaggedManifest | undefined> {
    const home = this.repositories.find(repository);
    const set = home?.tags.get(tag);
    const manifest = set && home?.manifest(set.digest);
    return Promise.resolve(
      manifest && {
        mediaType: manifest.mediaType,
        digest: manifest.digest,
        size: manifest.bytes.byteLength,
        pushedAt: set.pushedAt,
      },
    );
  }

  override list(repository: RepositoryName, after?: string): AsyncIterable<TagName> {
    return listing(() => sortedAfter(this.repositories.find(repository)?.tags.keys() ?? [], after));
  }

  override remove(repository: RepositoryName, tag: TagName): Promise<boolean> {
    return Promise.resolve(this.repositories.find(repository)?.tags.delete(tag) ?? false);
  }
}
