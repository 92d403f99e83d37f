import { checkFilter, fits, lineOf, type RequestFilter, type SeenRequest } from './seen-request.js';

/** Which requests are waited for: by what they ask, or by all that is known of them. */
export type Wanted = RequestFilter | ((request: SeenRequest) => boolean);

export interface WaitOptions {
  /** For how long, in milliseconds; 5,000 unless given. */
  readonly timeoutMs?: number;
}

interface Waiter {
  readonly isWanted: (request: SeenRequest) => boolean;
  readonly settle: (outcome: SeenRequest | Error) => void;
}

const PATIENCE_MS = 5_000;

/** How many of the requests seen a message lists: the last ones. */
const LISTED = 20;

/** The requests that were seen, in the order in which they ended, and those who wait for one. */
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
        // The function is the test's, and so is its mistake.
        settle(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  /** The first request that is wanted, of those seen and those to come. @throws Error in time, with the requests seen */
  waitFor(wanted: Wanted, { timeoutMs = PATIENCE_MS }: WaitOptions = {}): Promise<SeenRequest> {
    const promise = this.find(wanted, timeoutMs);
    // A test that failed before it came to await this has said why already.
    promise.catch(() => undefined);
    return promise;
  }

  private async find(wanted: Wanted, timeoutMs: number): Promise<SeenRequest> {
    const isWanted = typeof wanted === 'function' ? wanted : isOneOf(wanted);
    const late = () => new Error(`no such request in ${timeoutMs} ms: ${this.what(wanted)}`);
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

  /** Ends every wait with `reason`. */
  end(reason: string): void {
    for (const { settle } of [...this.waiters]) settle(new Error(reason));
  }

  private what(wanted: Wanted): string {
    const filter =
      typeof wanted === 'function' ? 'one that the function accepts' : JSON.stringify(wanted);
    const lines = this.seen.slice(-LISTED).map((request) => `\n  ${lineOf(request)}`);
    const seen =
      lines.length === 0
        ? 'none was seen'
        : `the last of ${this.seen.length} seen were${lines.join('')}`;
    return `${filter}; ${seen}`;
  }
}

function isOneOf(filter: RequestFilter): (request: SeenRequest) => boolean {
  checkFilter(filter);
  return (request) => fits(filter, request);
}
