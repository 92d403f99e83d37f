/** How many characters of a request's target are logged. The longest that an endpoint needs is about as long. */
const MAX_CHARACTERS = 512;

/** A request's target as logs have it. */
export interface LoggedTarget {
  readonly text: string;
  /** The length of the whole target, if `text` is only its beginning. */
  readonly length: number | undefined;
}

/** Returns the beginning of a target, and its length if that is not all: a client can send 32 KiB without a login. */
export function loggedTarget(target: string): LoggedTarget {
  if (target.length <= MAX_CHARACTERS) return { text: target, length: undefined };
  return { text: target.slice(0, MAX_CHARACTERS), length: target.length };
}
