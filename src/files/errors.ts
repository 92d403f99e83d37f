/** Returns whether `error` comes from the operating system, with one of `codes`, such as ENOENT. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  // Not by `instanceof`: test runners give modules another global Error.
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return typeof error.code === 'string' && codes.includes(error.code);
}

/**
 * Returns `undefined` for the error of a path that does not exist, for the `catch` of a promise. Throws every other error.
 *
 * A path below a file does not exist either, and gets ENOTDIR.
 */
export function ignoreNotFound(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
}
