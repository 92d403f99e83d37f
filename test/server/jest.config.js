import main from '../../jest.config.js';

export default {
  rootDir: '.',
  testEnvironment: main.testEnvironment,
  testMatch: ['<rootDir>/*.spec.ts'],
  transform: main.transform,
  extensionsToTreatAsEsm: main.extensionsToTreatAsEsm,
  moduleNameMapper: main.moduleNameMapper,
  // The largest test moves five gigabytes in and out.
  testTimeout: 300_000,
};
