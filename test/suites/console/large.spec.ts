import { describeLargeStore } from './large.js';

// The times depend on the machine: `npm run console:large` holds a store of 10,000 repositories to them.
describeLargeStore({ repositories: 200, tags: 200 });
