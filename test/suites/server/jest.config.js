import { suiteConfig } from '../suite.jest.config.js';

// The largest test moves five gigabytes in and out.
export default suiteConfig(300_000);
