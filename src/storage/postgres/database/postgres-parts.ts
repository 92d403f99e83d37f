import { type Database } from './database.js';
import { type ObjectStore } from '../objects/object-store.js';

/** What the ports of this storage are made of. */
export interface PostgresParts {
  readonly database: Database;
  readonly objects: ObjectStore;
  readonly times: PostgresTimes;
}

/** In milliseconds. */
export interface PostgresTimes {
  /** A writer that has written nothing for this time loses its upload to the next one. */
  readonly staleAfterMs: number;
  /** Access refreshes a last-used time that is older than this. Must be well below the grace period of the collector. */
  readonly touchAfterMs: number;
  /** An object is deleted this long after the last row that named it, so that an older state of the database can be restored. */
  readonly objectGraceMs: number;
}
