import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  Database,
  statement,
  type Queries,
} from '../../../src/storage/postgres/database/database.js';
import { DatabaseAddress } from './faults/database-address.js';
import { newDatabase } from './servers/databases.js';

const ONE = statement('one', 'SELECT 1 AS one');
const one = (queries: Queries) => queries.query(ONE);

let address: DatabaseAddress;
let database: Database;

beforeEach(async () => {
  const url = await newDatabase('silent');
  address = await DatabaseAddress.start(Number(new URL(url).port));
  const options = { connections: 2, statementTimeoutMs: 500 };
  database = new Database({ url: address.urlOf(url), ...options });
});
afterEach(async () => {
  await database.close();
  await address.stop();
});

describe('a database whose machine has lost its network', () => {
  it.each([
    ['statements', () => one(database)],
    ['transactions', () => database.transaction(one)],
  ])('makes %s fail as unavailable, and the next ones succeed when it is back', async (_, run) => {
    await run();
    address.isSilent = true;

    await expect(run()).rejects.toMatchObject({ kind: 'storage-gone' });

    address.isSilent = false;
    expect(await run()).toEqual([{ one: 1 }]);
  });
});
