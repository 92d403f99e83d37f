/** Returns whether `error` comes from the operating system, with one of `codes`, such as ENOENT. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  // `instanceof` fails in test runners, which give modules another global Error.
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && codes.includes(error.code);
}

/**
 * Returns `undefined` for the error of a path that does not exist, or is below a file, and throws any other error. For the `catch`
 * of a promise.
 */
export function ignoreNotFound(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
}
