import { randomBytes } from 'node:crypto';

/** Returns a name for a temporary file. No encoded name begins with `~`, so listings can skip it. */
export function temporaryName(): string {
  return `~${nonce()}`;
}

/** The form of a nonce. It can be part of a file name. */
export const NONCE = /^[\w~]{12}$/;

/** Returns a short random text that is unique among all processes. */
export function nonce(): string {
  return randomBytes(9).toString('base64url').replaceAll('-', '~');
}
