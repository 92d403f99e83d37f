import main from '../../jest.config.js';

/** The configuration of a suite outside `npm test`, in a folder of its own, whose tests take up to `testTimeout` milliseconds. */
export function suiteConfig(testTimeout) {
  const { testEnvironment, transform, extensionsToTreatAsEsm, moduleNameMapper } = main;
  return {
    rootDir: '.',
    testEnvironment,
    testMatch: ['<rootDir>/*.spec.ts'],
    transform,
    extensionsToTreatAsEsm,
    moduleNameMapper,
    testTimeout,
  };
}
