import { type IncomingMessage } from 'node:http';

import { RequestValue } from '../server/request-value.js';

const stored = new RequestValue<number>('stored bytes');

/** Records the size of the blob that a request completed, whose bytes may have come with earlier requests. */
export function recordStoredBytes(request: IncomingMessage, bytes: number): void {
  stored.set(request, bytes);
}

/** Returns the recorded size, or `undefined` if the request completed no blob of an upload. */
export function storedBytesOf(request: IncomingMessage): number | undefined {
  return stored.get(request);
}
