import { RegistryError } from '../../../domain/errors.js';
import { type RepositoryName } from '../../../domain/repository-name.js';

/** How many removals one process has in progress in one repository. Clients send a few deletions at once. */
const MAX_REMOVALS = 20;

/** Bounds the work of deletions: each may read every manifest of its repository, however often clients repeat it. */
export class RemovalQueue {
  private readonly running = new Map<RepositoryName, number>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly maxRemovals = MAX_REMOVALS) {}

  /** Runs a removal. @throws RegistryError `too-many-requests` if too many are in progress in the repository */
  async admit<T>(repository: RepositoryName, removal: () => Promise<T>): Promise<T> {
    if (this.runningIn(repository) >= this.maxRemovals) {
      throw new RegistryError('too-many-requests', 'too many deletions at once', { retryAfter: 1 });
    }
    this.running.set(repository, this.runningIn(repository) + 1);
    try {
      return await removal();
    } finally {
      const left = this.runningIn(repository) - 1;
      if (left > 0) this.running.set(repository, left);
      else this.running.delete(repository);
    }
  }

  /** Runs a search after those before it have ended, so that only one manifest is in memory at a time. */
  search<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(work, work);
    this.last = result;
    return result;
  }

  private runningIn(repository: RepositoryName): number {
    return this.running.get(repository) ?? 0;
  }
}
