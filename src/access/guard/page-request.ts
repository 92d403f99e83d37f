import { type IncomingMessage } from 'node:http';

import { publicOrigin } from '../../http/server/origin.js';

/**
 * Whether a script of a page sends the request, which needs no dialog that asks for a password. Browsers say so only to encrypted and
 * local servers, so pages set `X-Requested-With`, which `EventSource` cannot.
 */
export function isOfScript({ headers }: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'x-requested-with': by, accept = '' } = headers;
  if (mode !== undefined) return mode !== 'navigate';
  return by !== undefined || accept.includes('text/event-stream');
}

/** Whether a page of the registry itself sends the request, as the browser says. */
export function isFromOwnPage(request: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  return site === undefined ? origin === publicOrigin(request) : site === 'same-origin';
}
