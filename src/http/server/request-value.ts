import { type IncomingMessage } from 'node:http';

/**
 * A value that requests have while they are handled. It is a property of the request, which costs each request less than an entry
 * in a `WeakMap`.
 */
export class RequestValue<T> {
  private readonly key: symbol;

  /** @param name what a debugger shows */
  constructor(name: string) {
    this.key = Symbol(name);
  }

  /** Returns the value, or `undefined` if the request has none. */
  get(request: IncomingMessage): T | undefined {
    return (request as Valued<T>)[this.key];
  }

  set(request: IncomingMessage, value: T): void {
    (request as Valued<T>)[this.key] = value;
  }

  has(request: IncomingMessage): boolean {
    return this.key in request;
  }
}

type Valued<T> = IncomingMessage & Record<symbol, T | undefined>;
