import { describeLargeStore } from './large.js';

describeLargeStore({ repositories: 10_000, tags: 5_000 });
