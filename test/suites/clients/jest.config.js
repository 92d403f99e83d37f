import { suiteConfig } from '../suite.jest.config.js';

// A test runs a few commands of a real client; the largest transfers hundreds of megabytes.
export default suiteConfig(120_000);
