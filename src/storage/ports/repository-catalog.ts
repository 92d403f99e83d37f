import { type RepositoryName } from '../../domain/repository-name.js';

/**
 * The list of repositories. A repository exists once its first manifest is published; blobs alone do not create it. After its
 * last manifest is deleted it still exists, until a collector removes it.
 */
export abstract class RepositoryCatalog {
  abstract has(repository: RepositoryName): Promise<boolean>;

  /**
   * Yields the repositories in the byte order of their names, beginning after `after`.
   *
   * @param atMost a hint: the number of repositories that the caller will take
   */
  abstract list(after?: string, atMost?: number): AsyncIterable<RepositoryName>;
}
