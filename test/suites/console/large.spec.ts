import { describeLargeStore } from './large.js';

// A larger store takes too long to write: `npm run console:large` has 10,000 repositories.
describeLargeStore({ repositories: 1_000, tags: 500 });
