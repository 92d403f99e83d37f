import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/**
 * The last answers about tags, by repository and tag: one text for both would have to be put together for each request.
 *
 * When there are too many, one goes that was set long ago: of the repository for which no answer was set for the longest time.
 */
export class LatestAnswers<T> {
  private readonly repositories = new Map<RepositoryName, Map<TagName, T>>();
  private count = 0;

  /** @param max how many answers are kept */
  constructor(private readonly max: number) {}

  get(repository: RepositoryName, tag: TagName): T | undefined {
    return this.repositories.get(repository)?.get(tag);
  }

  set(repository: RepositoryName, tag: TagName, answer: T): void {
    this.delete(repository, tag);
    const tags = this.repositories.get(repository) ?? new Map<TagName, T>();
    // The order of both maps is that in which answers were set.
    this.repositories.delete(repository);
    this.repositories.set(repository, tags.set(tag, answer));
    this.count += 1;
    if (this.count > this.max) this.deleteOldest();
  }

  delete(repository: RepositoryName, tag: TagName): void {
    const tags = this.repositories.get(repository);
    if (tags?.delete(tag) !== true) return;
    this.count -= 1;
    if (tags.size === 0) this.repositories.delete(repository);
  }

  private deleteOldest(): void {
    for (const [repository, tags] of this.repositories) {
      for (const tag of tags.keys()) return this.delete(repository, tag);
    }
  }
}
