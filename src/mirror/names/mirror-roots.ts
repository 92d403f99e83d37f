import { type IncomingMessage } from 'node:http';

import { RequestValue } from '../../http/server/request-value.js';

const roots = new RequestValue<string>('mirror at the root');

/** Records that a request came in at the address of a mirror. */
export function setRoot(request: IncomingMessage, mirror: string): void {
  roots.set(request, mirror);
}

/** Returns the mirror at whose address a request came in, or `undefined`. */
export function rootOf(request: IncomingMessage): string | undefined {
  return roots.get(request);
}
