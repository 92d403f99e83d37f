import { suiteConfig } from '../suite.jest.config.js';

// Each test fills a small file system through its own server.
export default suiteConfig(60_000);
