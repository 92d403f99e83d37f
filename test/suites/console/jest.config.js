import { suiteConfig } from '../suite.jest.config.js';

// A test takes one or two seconds.
export default {
  ...suiteConfig(30_000),
  globalSetup: './browser-start.config.js',
  globalTeardown: './browser-end.config.js',
};
