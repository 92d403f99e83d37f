import { randomBytes } from 'node:crypto';

import { type Headers } from '../http/oci/send.js';

/** A page and the headers that go with it. */
export interface Shell {
  readonly html: string;
  readonly headers: Headers;
}

/** Keeps other sites from reading what the console shows. */
export const ISOLATED: Headers = {
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Keeps the windows of other sites apart. Browsers do so for encrypted and local servers, and report an error for any other. */
const ALONE: Headers = { 'Cross-Origin-Opener-Policy': 'same-origin' };

const LOCAL = /^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/;

/**
 * Fills the shell of the console for one request: a new nonce, which styles need, and the address that all others begin with.
 *
 * @param depth how many folders the request's path is below the console
 * @param origin how the browser reaches the registry
 */
export function fillShell(template: string, depth: number, origin: string): Shell {
  const nonce = randomBytes(18).toString('base64url');
  const html = template.replaceAll('__NONCE__', nonce).replaceAll('__BASE__', baseAbove(depth));
  return {
    html,
    headers: {
      ...ISOLATED,
      ...(origin.startsWith('https:') || LOCAL.test(origin) ? ALONE : {}),
      'Content-Security-Policy': contentSecurity(nonce),
      // The nonce must not be used twice.
      'Cache-Control': 'no-store',
    },
  };
}

/** Returns the way up to the console. A whole path would lack the prefix that a proxy has removed. */
function baseAbove(depth: number): string {
  return depth === 0 ? './' : '../'.repeat(depth);
}

function contentSecurity(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
