import { suiteConfig } from '../suite.jest.config.js';

// Chromium and a registry start in a few seconds; a test takes one or two.
export default suiteConfig(30_000);
