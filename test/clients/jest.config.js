import main from '../../jest.config.js';

export default {
  rootDir: '.',
  testEnvironment: main.testEnvironment,
  testMatch: ['<rootDir>/*.spec.ts'],
  transform: main.transform,
  extensionsToTreatAsEsm: main.extensionsToTreatAsEsm,
  moduleNameMapper: main.moduleNameMapper,
  // A test here is a handful of commands of a real client; the largest moves hundreds of megabytes.
  testTimeout: 120_000,
};
