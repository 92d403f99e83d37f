import { setTimeout as delay } from 'node:timers/promises';

import { type ObjectStore } from './objects/object-store.js';
import { statement, type Database } from './database/database.js';

const PING = statement('ping', `SELECT 1 AS one`);

/** Writes a row, as each push does: a standby of the database can be read but not written. */
const PROBE = statement(
  'probe',
  `INSERT INTO states (name, state) VALUES ('probe', '')
   ON CONFLICT (name) DO UPDATE SET changed_at = now()`,
);

/** A database that takes longer to answer is considered away. In milliseconds. */
const PATIENCE_MS = 1_000;

/** Resolves if the database answers soon. @throws an error whose message says what is wrong */
export async function checkReadable(database: Database): Promise<void> {
  const ended = new AbortController();
  const tooLate = delay(PATIENCE_MS, undefined, { ref: false, signal: ended.signal }).then(() => {
    throw new Error(`the database did not answer within ${PATIENCE_MS / 1_000} s`);
  });
  const answer = database.query(PING);
  try {
    await Promise.race([answer, tooLate]);
  } finally {
    // The other one may fail later, when nobody waits for it.
    answer.catch(() => undefined);
    tooLate.catch(() => undefined);
    ended.abort();
  }
}

/** Resolves if a row can be written and the store of objects answers. @throws an error whose message says what is wrong */
export async function checkWritable(database: Database, objects: ObjectStore): Promise<void> {
  await database.query(PROBE);
  await objects.ready();
}
