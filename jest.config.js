const typescript = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
  },
};

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/suites/'],
  transform: { '^.+\\.ts$': ['@swc/jest', typescript] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // The storage in PostgreSQL has its tests in test/suites/scale, because they need a database.
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/storage/postgres/**'],
  coverageThreshold: { global: { lines: 90 } },
  // Node never frees the modules of a finished test. A process with those of all tests spends most of its time collecting garbage.
  workerIdleMemoryLimit: '1GB',
};
