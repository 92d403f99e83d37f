import { suiteConfig } from '../suite.jest.config.js';

// A test runs a few commands of a real client; the longest waits until an upstream is asked again.
export default suiteConfig(90_000);
