import { type IncomingMessage } from 'node:http';

import { publicOrigin } from '../../http/server/origin.js';
import { type Session } from '../identity/sessions.js';

/** More registries than anybody reaches by one host name. */
const MAX_COOKIES = 10;

const COOKIE = /^berth-session(?:-\d{1,5})?=([\w.-]+)$/;

/** Returns the ids of sessions in the cookies of a request. Some may be those of other registries, or invalid. */
export function sessionIdsOf({ headers }: IncomingMessage): string[] {
  if (headers.cookie === undefined) return [];
  const ids = headers.cookie.split(';').map((cookie) => COOKIE.exec(cookie.trim())?.[1]);
  return ids.filter((id) => id !== undefined).slice(0, MAX_COOKIES);
}

/**
 * Returns the cookie that keeps a session. It has no path: a browser then sends it to the folder of the request that set it, which is
 * the API, also where a proxy has removed a prefix.
 */
export function cookieOf(request: IncomingMessage, { id, until }: Session): string {
  const seconds = Math.max(0, Math.floor((until - Date.now()) / 1_000));
  return cookie(request, id, seconds);
}

/** Returns the cookie that makes a browser forget a session. */
export function noCookie(request: IncomingMessage): string {
  return cookie(request, '', 0);
}

function cookie(request: IncomingMessage, value: string, seconds: number): string {
  const isEncrypted = publicOrigin(request).startsWith('https:');
  return [
    `${nameFor(request)}=${value}`,
    `Max-Age=${seconds}`,
    'HttpOnly',
    'SameSite=Strict',
    ...(isEncrypted ? ['Secure'] : []),
  ].join('; ');
}

/** Browsers send the cookies of a host to all of its ports, where other registries may be. */
function nameFor(request: IncomingMessage): string {
  const port = URL.parse(publicOrigin(request))?.port ?? '';
  return port === '' ? 'berth-session' : `berth-session-${port}`;
}
