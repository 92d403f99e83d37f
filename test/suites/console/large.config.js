import { suiteConfig } from '../suite.jest.config.js';

/** Holds the console to its times with a large store: `npm run console:large`. Writing the store may take some minutes. */
export default { ...suiteConfig(300_000), testMatch: ['<rootDir>/large-store.ts'] };
