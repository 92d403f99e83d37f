import { randomBytes } from 'node:crypto';

import { type Headers } from '../http/oci/send.js';

/** A page and the headers that go with it. */
export interface Shell {
  readonly html: string;
  readonly headers: Headers;
}

/** Keeps other sites from reading or holding what the console shows. */
export const ISOLATED: Headers = {
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * Fills the shell of the console for one request: a new nonce, which styles need, and the address that all others begin with.
 *
 * @param depth how many folders the request's path is below the console
 */
export function fillShell(template: string, depth: number): Shell {
  const nonce = randomBytes(18).toString('base64url');
  const html = template.replaceAll('__NONCE__', nonce).replaceAll('__BASE__', baseAbove(depth));
  return {
    html,
    headers: {
      ...ISOLATED,
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
