import { suiteConfig } from '../suite.jest.config.js';

// A test of the contract takes less than a second.
export default {
  ...suiteConfig(30_000),
  globalSetup: './servers/start.config.js',
  globalTeardown: './servers/end.config.js',
};
