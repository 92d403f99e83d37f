import bcrypt from 'bcrypt';

/** bcrypt ignores everything after this many bytes. */
const PASSWORD_MAX_BYTES = 72;

/** Shorter passwords are guessed too easily. */
const PASSWORD_MIN_CHARACTERS = 8;

/** About 60 ms of one core. Each step doubles the time. */
const COST = 10;

/** Whether bcrypt would use all of `password`. */
export function isWithinLimit(password: string): boolean {
  return Buffer.byteLength(password) <= PASSWORD_MAX_BYTES;
}

/** Returns why a user cannot have this password, or `undefined` if it is allowed. */
export function problemOfPassword(password: string): string | undefined {
  if (password === '') return 'the password is empty';
  if (Array.from(password).length < PASSWORD_MIN_CHARACTERS) {
    return `the password is too short: it needs at least ${PASSWORD_MIN_CHARACTERS} characters`;
  }
  if (!isWithinLimit(password)) {
    return `the password is too long: bcrypt uses at most ${PASSWORD_MAX_BYTES} bytes`;
  }
  // RFC 7617, section 2: basic authentication cannot transmit control characters.
  return /\p{Cc}/u.test(password) ? 'the password contains control characters' : undefined;
}

/** Hashes as `htpasswd -B` does, outside the main thread. */
export async function hashPassword(password: string, cost = COST): Promise<string> {
  return (await bcrypt.hash(password, cost)).replace('$2b$', '$2y$');
}

/** Compares outside the main thread, in time that depends only on the cost of `hash`. */
export function isPassword(password: string, hash: string): Promise<boolean> {
  // The prefixes 2a, 2b and 2y mean the same algorithm, but the package does not accept 2y.
  return bcrypt.compare(password, hash.replace(/^\$2y\$/, '$2b$'));
}
