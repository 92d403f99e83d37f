import bcrypt from 'bcrypt';

/** bcrypt does not look at what stands behind these. */
export const PASSWORD_MAX_BYTES = 72;

/** About 60 ms of one core; each step doubles it. */
const COST = 10;

/** Whether bcrypt would look at all of `password`. */
export function isWithinLimit(password: string): boolean {
  return Buffer.byteLength(password) <= PASSWORD_MAX_BYTES;
}

/** Returns why a user cannot have this password, or `undefined` if it is allowed. */
export function problemOfPassword(password: string): string | undefined {
  if (password === '') return 'the password is empty';
  if (!isWithinLimit(password)) {
    return `the password is too long: ${PASSWORD_MAX_BYTES} bytes at most, which is all that bcrypt looks at`;
  }
  // RFC 7617, section 2: HTTP's basic authentication cannot carry them.
  return /\p{Cc}/u.test(password) ? 'the password has control characters in it' : undefined;
}

/** Hashes as `htpasswd -B` does, away from the main thread. */
export async function hashPassword(password: string): Promise<string> {
  return (await bcrypt.hash(password, COST)).replace('$2b$', '$2y$');
}

/** Compares in time that depends on the cost of `hash` alone, away from the main thread. */
export function isPassword(password: string, hash: string): Promise<boolean> {
  // Three letters for one algorithm, of which the package reads two.
  return bcrypt.compare(password, hash.replace(/^\$2y\$/, '$2b$'));
}
