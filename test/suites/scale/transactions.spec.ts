import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  Database,
  statement,
  type Queries,
} from '../../../src/storage/postgres/database/database.js';
import { ask, newDatabase } from './servers/databases.js';

const OWN_PROCESS = statement('own-process', 'SELECT pg_backend_pid() AS process');
const END_ITSELF = statement(
  'end-itself',
  'SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)',
);

const SLEEP = statement('sleep', 'SELECT pg_sleep(5)');

let url: string;
let database: Database;

beforeEach(async () => {
  url = await newDatabase('transactions');
  database = new Database({ url, connections: 2 });
});
afterEach(() => database.close());

describe('a transaction', () => {
  it.each([
    ['during a statement', (queries: Queries) => queries.query(END_ITSELF)],
    ['between two statements', endFromOutside],
  ])('runs again if its connection ends %s', async (_, end) => {
    let runs = 0;
    const result = await database.transaction(async (queries) => {
      if (++runs === 1) await end(queries);
      await queries.query(OWN_PROCESS);
      return 'done';
    });

    expect(result).toBe('done');
    expect(runs).toBe(2);
  });
});

describe('a statement that takes too long', () => {
  it.each([
    ['alone', (on: Database) => on.query(SLEEP)],
    ['in a transaction', (on: Database) => on.transaction((queries) => queries.query(SLEEP))],
  ])('fails as unavailable, %s, and its connection goes on', async (_, run) => {
    const hasty = new Database({ url, connections: 1, statementTimeoutMs: 200 });
    try {
      await expect(run(hasty)).rejects.toMatchObject({ kind: 'storage-gone' });
      expect(await hasty.query(OWN_PROCESS)).toHaveLength(1);
    } finally {
      await hasty.close();
    }
  });
});

/** Ends the connection of the transaction, and waits until this process has noticed it. */
async function endFromOutside(queries: Queries): Promise<void> {
  const [own] = await queries.query<{ process: number }>(OWN_PROCESS);
  await ask(url, `SELECT pg_terminate_backend(${own?.process ?? 0})`);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
