import { suiteConfig } from '../suite.jest.config.js';

// A test of the contract takes less than a second, and one of a real client some seconds.
export default {
  ...suiteConfig(120_000),
  globalSetup: './servers/start.config.js',
  globalTeardown: './servers/end.config.js',
};
