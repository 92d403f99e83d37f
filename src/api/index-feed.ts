import { tryParseRepositoryName, type RepositoryName } from '../domain/repository-name.js';
import { type EventPosition, type Outbox } from '../storage/ports/outbox.js';
import { followPages } from '../storage/protocol/follow-events.js';

/** How often the feed looks whether anybody still wants it. In milliseconds. */
const LOOK_EVERY_MS = 60_000;

export interface FeedOptions {
  readonly outbox: Outbox;
  /** Returns whether anybody wants to know of changes. */
  readonly isWanted: () => boolean;
  /** Is called for each event of a repository. */
  readonly changed: (repository: RepositoryName) => void;
  readonly onError: (error: unknown) => void;
  readonly lookEveryMs?: number;
}

/** Reports which repositories change, by any process, since the start of this one. It reads the events only while it is wanted. */
export class IndexFeed {
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private position: Promise<EventPosition | undefined> = Promise.resolve(undefined);

  constructor(private readonly options: FeedOptions) {}

  /** Notes where the events are now. */
  begin(): void {
    this.position = this.options.outbox.locate('now').catch(() => undefined);
  }

  /** Begins to read where it ended before, unless it reads already. */
  wake(): void {
    if (this.ending.signal.aborted) return;
    this.running ??= this.run()
      .catch(this.options.onError)
      .finally(() => (this.running = undefined));
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { outbox, isWanted, changed, lookEveryMs = LOOK_EVERY_MS } = this.options;
    const resting = new AbortController();
    const timer = setInterval(() => {
      if (!isWanted()) resting.abort();
    }, lookEveryMs).unref();
    const signal = AbortSignal.any([resting.signal, this.ending.signal]);
    try {
      const position = (await this.position) ?? (await outbox.locate('now')) ?? '';
      for await (const { events, next } of followPages(outbox, position, signal)) {
        for (const event of events) {
          const repository = tryParseRepositoryName(event.repository ?? '');
          if (repository !== undefined) changed(repository);
        }
        this.position = Promise.resolve(next);
      }
    } finally {
      clearInterval(timer);
    }
  }
}
