import main from '../../jest.config.js';

/** Returns the configuration of a suite outside of `npm test`, whose tests take up to `testTimeout` milliseconds. */
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
