import { suiteConfig } from '../suite.jest.config.js';

// The rows that wait for the server's time limits take the longest.
export default suiteConfig(120_000);
