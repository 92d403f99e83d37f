import { type RepositoryName } from '../../domain/repository-name.js';

/**
 * The list of repositories. A repository exists from its first manifest on, not from its first blob, until a collector removes it
 * after its last one.
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
