import { type Page } from '../../domain/page.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  TagStore,
  type RemovedTagName,
  type TagChange,
  type TaggedManifest,
  type TagRemovalOptions,
} from '../../storage/ports/tag-store.js';
import { type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';
import { type RemoteLists } from './remote-lists.js';
import { type TagResolver } from './tag-resolver.js';

/** The tags of a storage. Those of a mirror are what the upstream says, while it answers. */
export class MirroredTagStore extends TagStore {
  constructor(
    private readonly inner: TagStore,
    private readonly mirrors: Mirrors,
    private readonly resolver: TagResolver,
    private readonly lists: RemoteLists,
  ) {
    super();
  }

  override resolve(repository: RepositoryName, tag: TagName): Promise<TaggedManifest | undefined> {
    const place = this.mirrors.of(repository);
    return place === undefined ? this.inner.resolve(repository, tag) : this.resolveIn(place, tag);
  }

  private async resolveIn(
    place: MirroredRepository,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    // Nearly all questions end here, so that this way is the shortest.
    if (this.resolver.isCurrent(place, tag)) {
      const stored = await this.inner.resolve(place.repository, tag);
      if (stored !== undefined) return place.mirror.hit('tag', stored);
    }
    return place.mirror.answer('tag', () => this.resolver.resolve(place, tag));
  }

  override list(
    repository: RepositoryName,
    after?: string,
    atMost?: number,
  ): AsyncIterable<TagName> {
    const place = this.mirrors.of(repository);
    return place === undefined
      ? this.inner.list(repository, after, atMost)
      : this.lists.tags(place, after, atMost);
  }

  override page(
    repository: RepositoryName,
    after: string | undefined,
    limit: number,
  ): Promise<Page<TagName>> {
    return this.mirrors.of(repository) === undefined
      ? this.inner.page(repository, after, limit)
      : super.page(repository, after, limit);
  }

  /** Removes the stored tag. The next pull asks the upstream. */
  override remove(
    repository: RepositoryName,
    tag: TagName,
    options?: TagRemovalOptions,
  ): Promise<boolean> {
    const place = this.mirrors.of(repository);
    if (place !== undefined) this.resolver.forget(place, tag);
    return this.inner.remove(repository, tag, options);
  }

  override history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange> {
    return this.inner.history(repository, tag);
  }

  override removed(repository: RepositoryName): AsyncIterable<RemovedTagName> {
    return this.inner.removed(repository);
  }
}
