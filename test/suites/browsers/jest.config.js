import { suiteConfig } from '../suite.jest.config.js';

// Chromium starts in a few seconds; a test then takes less than one.
export default suiteConfig(30_000);
