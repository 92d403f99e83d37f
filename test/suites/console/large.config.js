import { suiteConfig } from '../suite.jest.config.js';

/** Holds the console to its times with a large store: `npm run console:large`. Writing the store takes most of a minute. */
export default { ...suiteConfig(120_000), testMatch: ['<rootDir>/large-store.ts'] };
