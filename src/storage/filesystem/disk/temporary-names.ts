import { randomBytes } from 'node:crypto';

/** How many random bytes a nonce has. They become 12 characters. */
const NONCE_BYTES = 9;
const NONCES_AT_ONCE = 100;

/** The random bytes of the next nonces: one question to the system for many bytes takes as long as one for a few. */
let unused = Buffer.alloc(0);

/** Returns a name for a temporary file. No encoded name begins with `~`, so listings can skip it. */
export function temporaryName(): string {
  return `~${nonce()}`;
}

/** The form of a nonce. It can be part of a file name. */
export const NONCE = /^[\w~]{12}$/;

/** Returns a short random text that is unique among all processes, and can be a name: it does not begin with `~`. */
export function nonce(): string {
  const text = nextBytes().toString('base64url').replaceAll('-', '~');
  return text.startsWith('~') ? nonce() : text;
}

function nextBytes(): Buffer {
  if (unused.byteLength === 0) unused = randomBytes(NONCES_AT_ONCE * NONCE_BYTES);
  const next = unused.subarray(0, NONCE_BYTES);
  unused = unused.subarray(NONCE_BYTES);
  return next;
}
