import { suiteConfig } from '../suite.jest.config.js';

export default suiteConfig(60_000);
