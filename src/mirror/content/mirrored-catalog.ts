import { type RepositoryName } from '../../domain/repository-name.js';
import { RepositoryCatalog } from '../../storage/ports/repository-catalog.js';
import { type Mirrors } from './mirrors.js';

/** A catalog in which every repository of a mirror exists. Its list has those of which something is stored. */
export class MirroredCatalog extends RepositoryCatalog {
  constructor(
    private readonly inner: RepositoryCatalog,
    private readonly mirrors: Mirrors,
  ) {
    super();
  }

  override async has(repository: RepositoryName): Promise<boolean> {
    return this.mirrors.of(repository) !== undefined || this.inner.has(repository);
  }

  override list(after?: string, atMost?: number): AsyncIterable<RepositoryName> {
    return this.inner.list(after, atMost);
  }
}
