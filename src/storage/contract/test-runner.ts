/**
 * What declares tests in a test runner, as a contract needs it: of node:test, jest, vitest and others the functions of these
 * names. What fails a test is an `AssertionError` of Node.
 */
export interface TestRunner {
  readonly describe: (name: string, declare: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
  readonly beforeEach: (prepare: () => Promise<void>) => unknown;
  readonly afterEach: (cleanUp: () => Promise<void>) => unknown;
}
