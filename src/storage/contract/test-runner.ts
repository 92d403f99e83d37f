/**
 * The functions of a test runner that a contract uses, as node:test, jest, vitest and others name them. Failed expectations are
 * thrown as Node's `AssertionError`.
 */
export interface TestRunner {
  readonly describe: (name: string, declare: () => void) => unknown;
  readonly it: (name: string, test: () => Promise<void>) => unknown;
  readonly beforeEach: (prepare: () => Promise<void>) => unknown;
  readonly afterEach: (cleanUp: () => Promise<void>) => unknown;
}
