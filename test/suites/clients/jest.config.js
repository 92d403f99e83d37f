import { suiteConfig } from '../suite.jest.config.js';

// A test here is a handful of commands of a real client; the largest moves hundreds of megabytes.
export default suiteConfig(120_000);
