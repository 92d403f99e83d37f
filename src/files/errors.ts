/** For a promise's `catch`: a file that is not there is an answer, and every other failure is one. */
export function ignoreNotFound(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}

/** Not by `instanceof`: test runners give modules a global Error of their own. */
export function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
