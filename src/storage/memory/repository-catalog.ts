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
    return Promise.resolve(this.isKnown(repository));
  }

  override list(after?: string): AsyncIterable<RepositoryName> {
    return listing(() => sortedAfter(this.known(), after));
  }

  private known(): RepositoryName[] {
    return this.repositories.names().filter((name) => this.isKnown(name));
  }

  private isKnown(name: RepositoryName): boolean {
    return this.repositories.find(name)?.known ?? false;
  }
}
