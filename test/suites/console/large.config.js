import { suiteConfig } from '../suite.jest.config.js';

/** Holds the console to its times with a store of 10,000 repositories: `npm run console:large`. Writing it may take some minutes. */
export default { ...suiteConfig(300_000), testMatch: ['<rootDir>/large-store.ts'] };
