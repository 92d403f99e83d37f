import { suiteConfig } from '../suite.jest.config.js';

// Each run of schemathesis has its own limit, after which it ends by itself.
export default suiteConfig(120_000);
