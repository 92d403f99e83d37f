import { type IncomingMessage } from 'node:http';

import { publicOrigin } from '../../http/server/origin.js';

/**
 * Whether a script of a page sends the request, so that the browser must not ask for a password. Browsers say so only to encrypted and
 * local servers; elsewhere the console is known by its address, and other pages set `X-Requested-With`.
 */
export function isOfScript({ headers }: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'x-requested-with': by, referer = '' } = headers;
  if (mode !== undefined) return mode !== 'navigate';
  return by !== undefined || referer.includes('/console/');
}

/** Whether a page of the registry itself sends the request, as the browser says. */
export function isFromOwnPage(request: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin } = request.headers;
  return site === undefined ? origin === publicOrigin(request) : site === 'same-origin';
}
