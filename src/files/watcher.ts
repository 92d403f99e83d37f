/** How often watched files are read, in milliseconds. */
export const WATCH_EVERY_MS = 1_000;

/** Receives the log lines about a watched file. Any Nest logger can be used. */
export interface WatchLog {
  log(message: string): void;
  error(message: string): void;
}

/** The files of a watcher, and the log lines about them. */
export interface Watched {
  /** Reads the files and uses new content. Returns whether the content changed. @throws if the content cannot be used */
  readonly look: () => Promise<boolean>;
  /** Returns the log line for a failure of `look`. */
  readonly failureMessage: (message: string) => string;
  /** The log line after a reported failure, when the files have their previous content again. */
  readonly recovery: string;
  /** A failure is reported once it has occurred this many times in a row. */
  readonly reportAfter: number;
}

/**
 * Reads files at an interval, and reports each failure once.
 *
 * It compares the content, because neither times nor inodes reveal every change: some editors write in place, others rename, and
 * Kubernetes replaces symbolic links.
 */
export class Watcher {
  private looking = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** The last failure, and how many times it has occurred in a row. */
  private failure = { message: '', times: 0 };

  constructor(
    private readonly watched: Watched,
    private readonly log: WatchLog,
    private readonly intervalMs = WATCH_EVERY_MS,
  ) {}

  /** Starts reading the files at the interval. The timer does not keep the process alive. */
  start(): void {
    if (this.closed) return;
    const look = (): void => void this.refresh().then(() => this.start());
    this.timer = setTimeout(look, this.intervalMs).unref();
  }

  /** Why the files cannot be used now, or `undefined`. */
  get problem(): string | undefined {
    return this.failure.times < this.watched.reportAfter ? undefined : this.failure.message;
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
      const reported = this.failure.times >= this.watched.reportAfter;
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
    if (times === watched.reportAfter) this.log.error(watched.failureMessage(message));
  }
}

/** Returns the message of an error. `instanceof` fails in test runners, which give modules another global Error. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error;
  return String(message ? error.message : error);
}
