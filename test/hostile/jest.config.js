import main from '../../jest.config.js';

export default {
  rootDir: '.',
  testEnvironment: main.testEnvironment,
  testMatch: ['<rootDir>/*.spec.ts'],
  transform: main.transform,
  extensionsToTreatAsEsm: main.extensionsToTreatAsEsm,
  moduleNameMapper: main.moduleNameMapper,
  // The rows that wait for the server's own time limits take the longest.
  testTimeout: 120_000,
};
