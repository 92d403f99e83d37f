import { type IncomingMessage } from 'node:http';

import { RequestValue } from './request-value.js';

/** The requests in progress. A `Set` that gets and loses one entry for each of them would allocate its memory again and again. */
export class InFlight<T extends IncomingMessage> {
  private readonly requests: T[] = [];
  private readonly index = new RequestValue<number>('index in flight');

  get size(): number {
    return this.requests.length;
  }

  add(request: T): void {
    this.index.set(request, this.requests.length);
    this.requests.push(request);
  }

  /** Removes a request, if it is in progress. The last one takes its place. */
  remove(request: T): void {
    const index = this.index.get(request);
    if (index === undefined || this.requests[index] !== request) return;
    const last = this.requests.pop();
    if (last === undefined || last === request) return;
    this.requests[index] = last;
    this.index.set(last, index);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.requests[Symbol.iterator]();
  }
}
