import { suiteConfig } from '../suite.jest.config.js';

// Prometheus needs some scrapes before every query has a result.
export default suiteConfig(120_000);
