import { type RepositoryName } from '../../domain/repository-name.js';
import { RepositoryCatalog } from '../ports/repository-catalog.js';
import { listing } from './asynchronous.js';
import { type Repositories } from './repositories.js';
import { sortedAfter } from './sorted.js';

export class MemoryRepositoryCatalog extends RepositoryCatalog {
  constructor(private readonly repositories: Repositories) {
    super();
  }

  override has(repository: RepositoryName): Promise<boolean> {
    return Promise.resolve(this.repositories.find(repository) !== undefined);
  }

  override list(after?: string): AsyncIterable<RepositoryName> {
    return listing(() => sortedAfter(this.repositories.names(), after));
  }
}
