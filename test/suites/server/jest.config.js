import { suiteConfig } from '../suite.jest.config.js';

// The largest test transfers five gigabytes in each direction.
export default suiteConfig(300_000);
