import { randomBytes } from 'node:crypto';

/** Returns a name for a temporary file. No encoded name begins with `~`, so listings can skip it. */
export function temporaryName(): string {
  return `~${nonce()}`;
}

/** The form of a nonce. It can be part of a file name. */
export const NONCE = /^[\w~]{12}$/;

/** Returns a short random text that is unique among all processes, and can be a name: it does not begin with `~`. */
export function nonce(): string {
  const text = randomBytes(9).toString('base64url').replaceAll('-', '~');
  return text.startsWith('~') ? nonce() : text;
}
