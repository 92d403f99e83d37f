import { setTimeout as delay } from 'node:timers/promises';

import { type RepositoryName } from '../../domain/repository-name.js';

/** Repositories beyond this number are left to the next snapshot. */
const MAX_STALE = 100_000;

export interface StaleOptions {
  /** How long after a change a repository is counted, so that many changes lead to one count. In milliseconds. */
  readonly debounceMs: number;
  /** Whether anybody uses the figures, so that counting is worth its time. */
  readonly isWanted: () => boolean;
  readonly count: (repository: RepositoryName) => Promise<void>;
}

/** Counting takes at most a third of the time. */
const REST = 2;

/** Counts repositories that have changed: in the background, one at a time, and only while the figures are wanted. */
export class StaleRepositories {
  /** When each one was marked, in milliseconds of the monotonic clock. */
  private readonly marked = new Map<RepositoryName, number>();
  private running: Promise<void> | undefined;
  private readonly ending = new AbortController();

  constructor(private readonly options: StaleOptions) {}

  mark(repository: RepositoryName): void {
    if (this.marked.has(repository) || this.marked.size >= MAX_STALE) return;
    this.marked.set(repository, performance.now());
  }

  /** Begins to count if there is anything to count. Resolves when nothing is stale any more, or nobody wants the figures. */
  run(): Promise<void> {
    this.running ??= this.countAll().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Ends the counting after the repository in progress. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async countAll(): Promise<void> {
    for (;;) {
      const [next] = this.marked;
      if (next === undefined || this.isEnding() || !this.options.isWanted()) return;
      const [repository, since] = next;
      await this.rest(since + this.options.debounceMs - performance.now());
      this.marked.delete(repository);
      const began = performance.now();
      if (!this.isEnding()) await this.options.count(repository);
      await this.rest((performance.now() - began) * REST);
    }
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private async rest(milliseconds: number): Promise<void> {
    const options = { ref: false, signal: this.ending.signal };
    if (milliseconds > 0) await delay(milliseconds, undefined, options).catch(() => undefined);
  }
}
