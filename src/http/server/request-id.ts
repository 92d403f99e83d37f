import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';

import { isFromTrustedProxy } from './origin.js';

const HEADER = 'X-Request-Id';

/** What a proxy may send as the id: no spaces, quotes or control characters. */
const GIVEN_ID = /^[\w.:/+=@-]{1,128}$/;

const PREFIX_DIGITS = 8;

/** Distinguishes the ids of processes. A random number for each request would cost more than the rest of its line in the log. */
const prefix = randomBytes(PREFIX_DIGITS / 2).toString('hex');

/** The first of the numbers that have eight hexadecimal digits and that V8 keeps as small integers. */
const FIRST = 0x1000_0000;

let count = 0;

/** Sets `X-Request-Id` on the response: the id that a trusted proxy sent, else a new one of 16 hexadecimal digits. */
export function setRequestId(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader(HEADER, givenId(request) ?? newId());
}

/** Returns the id of the request that a response belongs to. */
export function requestIdOf(response: ServerResponse): string | undefined {
  const id = response.getHeader(HEADER);
  return typeof id === 'string' ? id : undefined;
}

function givenId(request: IncomingMessage): string | undefined {
  const given = request.headers['x-request-id'];
  if (typeof given !== 'string' || !GIVEN_ID.test(given)) return undefined;
  return isFromTrustedProxy(request) ? given : undefined;
}

function newId(): string {
  count = (count + 1) % FIRST;
  return prefix + (FIRST + count).toString(16);
}
