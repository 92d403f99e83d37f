import { type RepositoryName } from '../../domain/repository-name.js';

/**
 * Which repositories there are. One exists from its first manifest on; blobs alone do not make it. Without manifests it goes
 * on to exist until a collector removes it.
 */
export abstract class RepositoryCatalog {
  abstract has(repository: RepositoryName): Promise<boolean>;

  /**
   * The repositories in byte order of their names, those after `after` only.
   *
   * @param atMost a hint for how many the caller will take
   */
  abstract list(after?: string, atMost?: number): AsyncIterable<RepositoryName>;
}
