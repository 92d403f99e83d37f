import { checkFilter, fits, lineOf, type RequestFilter, type SeenRequest } from './seen-request.js';

/** Selects the awaited requests: by a filter, or by a function of the finished request. */
export type Wanted = RequestFilter | ((request: SeenRequest) => boolean);

export interface WaitOptions {
  /** In milliseconds; 5,000 by default. */
  readonly timeoutMs?: number;
}

interface Waiter {
  readonly isWanted: (request: SeenRequest) => boolean;
  readonly settle: (outcome: SeenRequest | Error) => void;
}

const PATIENCE_MS = 5_000;

/** How many requests a message lists: the last ones. */
const LISTED = 20;

/** The requests that ended, in that order, and the pending waits. */
export class RequestLog {
  private readonly seen: SeenRequest[] = [];
  private readonly waiters = new Set<Waiter>();

  get requests(): readonly SeenRequest[] {
    return [...this.seen];
  }

  add(request: SeenRequest): void {
    this.seen.push(request);
    for (const { isWanted, settle } of [...this.waiters]) {
      try {
        if (isWanted(request)) settle(request);
      } catch (error) {
        // The function belongs to the test, so its error goes to the test.
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  /**
   * Resolves to the first request that matches, past or future. @throws Error after the timeout,
   * with the requests seen
   */
  waitFor(wanted: Wanted, { timeoutMs = PATIENCE_MS }: WaitOptions = {}): Promise<SeenRequest> {
    const promise = this.find(wanted, timeoutMs);
    // A test that fails before it awaits this promise has already reported its own error.
    promise.catch(() => undefined);
    return promise;
  }

  private async find(wanted: Wanted, timeoutMs: number): Promise<SeenRequest> {
    const isWanted = typeof wanted === 'function' ? wanted : isOneOf(wanted);
    const late = () =>
      new Error(`no matching request within ${timeoutMs} ms: ${this.what(wanted)}`);
    return this.seen.find(isWanted) ?? this.next(isWanted, timeoutMs, late);
  }

  private next(
    isWanted: Waiter['isWanted'],
    timeoutMs: number,
    late: () => Error,
  ): Promise<SeenRequest> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(late()), timeoutMs);
      const settle = (outcome: SeenRequest | Error): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const waiter: Waiter = { isWanted, settle };
      this.waiters.add(waiter);
    });
  }

  /** Rejects every wait with `reason`. */
  end(reason: string): void {
    for (const { settle } of [...this.waiters]) settle(new Error(reason));
  }

  private what(wanted: Wanted): string {
    const filter =
      typeof wanted === 'function' ? 'a request that the function accepts' : JSON.stringify(wanted);
    const lines = this.seen.slice(-LISTED).map((request) => `\n  ${lineOf(request)}`);
    const seen =
      lines.length === 0
        ? 'no request was seen'
        : `the last of ${this.seen.length} seen:${lines.join('')}`;
    return `${filter}; ${seen}`;
  }
}

function isOneOf(filter: RequestFilter): (request: SeenRequest) => boolean {
  checkFilter(filter);
  return (request) => fits(filter, request);
}
