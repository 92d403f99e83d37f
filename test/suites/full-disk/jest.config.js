import { suiteConfig } from '../suite.jest.config.js';

// Each test fills a small file system through a server of its own.
export default suiteConfig(60_000);
