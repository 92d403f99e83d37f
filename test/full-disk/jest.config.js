import main from '../../jest.config.js';

export default {
  rootDir: '.',
  testEnvironment: main.testEnvironment,
  testMatch: ['<rootDir>/*.spec.ts'],
  transform: main.transform,
  extensionsToTreatAsEsm: main.extensionsToTreatAsEsm,
  moduleNameMapper: main.moduleNameMapper,
  // Each test fills a small file system through a server of its own.
  testTimeout: 60_000,
};
