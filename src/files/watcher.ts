/** How often watched files are read, in milliseconds. */
export const WATCH_EVERY_MS = 1_000;

/** Receives news about a watched file. Nest's loggers fit. */
export interface WatchLog {
  log(message: string): void;
  error(message: string): void;
}

/** What a watcher does with the files. */
export interface Watched {
  /** Reads the files, uses new content, and returns whether there was any. @throws when the content cannot be used */
  readonly look: () => Promise<boolean>;
  /** Returns the log line for a failure of `look`. */
  readonly complaint: (message: string) => string;
  /** The log line after a reported failure, when the files are again as they were before. */
  readonly recovery: string;
  /** A failure is reported when it was found so many times without a break. */
  readonly complainAfter: number;
}

/**
 * Reads files at an interval, and reports each failure once.
 *
 * The content is compared, because neither times nor inodes reveal every change: editors write in place, others rename, and Kubernetes
 * exchanges symbolic links.
 */
export class Watcher {
  private looking = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** The last failure, and how often it was found without a break. */
  private failure = { message: '', times: 0 };

  constructor(
    private readonly watched: Watched,
    private readonly log: WatchLog,
    private readonly intervalMs = WATCH_EVERY_MS,
  ) {}

  /** Begins to read the files at the interval. A process that has nothing else to do may end. */
  start(): void {
    if (this.closed) return;
    const look = (): void => void this.refresh().then(() => this.start());
    this.timer = setTimeout(look, this.intervalMs).unref();
  }

  /** Reads the files now. Never rejects. */
  refresh(): Promise<void> {
    return (this.looking = this.looking.then(() => this.look()));
  }

  /** Stops reading the files. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const changed = await this.watched.look();
      const reported = this.failure.times >= this.watched.complainAfter;
      if (!changed && reported) this.log.log(this.watched.recovery);
      this.failure = { message: '', times: 0 };
    } catch (error) {
      this.complain(messageOf(error));
    }
  }

  private complain(message: string): void {
    const { watched, failure } = this;
    const times = failure.message === message ? failure.times + 1 : 1;
    this.failure = { message, times };
    if (times === watched.complainAfter) this.log.error(watched.complaint(message));
  }
}

/** Returns the message of an error. Not by `instanceof`: test runners give modules another global Error. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error;
  return String(message ? error.message : error);
}
