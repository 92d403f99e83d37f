import { checkArgument, checkFields, integer, type Fields, type Kind } from './check-arguments.js';
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
  readonly failure: (message: string) => Error;
}

const WANTED: Kind = {
  allowed: 'an object such as { operation }, or a function of a request',
  fits: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
};

/** The longest delay of a timer. Node replaces a longer one by 1 ms. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const WAIT_OPTIONS: Fields<WaitOptions> = { timeoutMs: integer(0, MAX_TIMEOUT_MS) };

const PATIENCE_MS = 5_000;

/** How many requests a message lists: the last ones. */
const LISTED = 20;

/** The requests that ended, in that order, and the pending waits. */
export class RequestLog {
  private readonly seen: SeenRequest[] = [];
  private readonly waiters = new Set<Waiter>();
  private ended: string | undefined;

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
   * Resolves to the first request that matches, past or future. Errors have the stack of this call,
   * so that they lead to the test.
   *
   * @throws Error after the timeout, with the requests seen
   */
  waitFor(wanted: Wanted, options: WaitOptions = {}): Promise<SeenRequest> {
    const promise = this.find(wanted, options, failuresOfThisCall());
    // A test that fails before it awaits this promise has already reported its own error.
    promise.catch(() => undefined);
    return promise;
  }

  private async find(
    wanted: Wanted,
    options: WaitOptions,
    failure: Waiter['failure'],
  ): Promise<SeenRequest> {
    if (this.ended !== undefined) throw failure(this.ended);
    checkArgument('the argument of waitFor', wanted, WANTED);
    checkFields<WaitOptions>('waitFor', options, WAIT_OPTIONS);
    const { timeoutMs = PATIENCE_MS } = options;
    const isWanted = typeof wanted === 'function' ? wanted : isOneOf(wanted);
    const late = () => failure(`no matching request within ${timeoutMs} ms: ${this.what(wanted)}`);
    return this.seen.find(isWanted) ?? this.next({ isWanted, failure }, timeoutMs, late);
  }

  private next(
    wait: Omit<Waiter, 'settle'>,
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
      const waiter: Waiter = { ...wait, settle };
      this.waiters.add(waiter);
    });
  }

  /** Rejects every wait, present and future, with `reason`. */
  end(reason: string): void {
    this.ended = reason;
    for (const { settle, failure } of [...this.waiters]) settle(failure(reason));
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

/**
 * Returns a function that creates errors with the stack of the current call. An error that a timer
 * creates has no line of the test in its own stack.
 */
function failuresOfThisCall(): (message: string) => Error {
  const { stack = '' } = new Error();
  const [, ...calls] = stack.split('\n');
  return (message) =>
    Object.assign(new Error(message), { stack: [`Error: ${message}`, ...calls].join('\n') });
}
