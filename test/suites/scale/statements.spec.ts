import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';

import { allStatements } from '../../../src/storage/postgres/database/database.js';
// Loads the modules of all ports, whose statements are constants.
import '../../../src/storage/postgres/postgres-storage.js';
import { newDatabase } from './servers/databases.js';

describe('every statement', () => {
  let client: Client;

  beforeAll(async () => {
    client = new Client({ connectionString: await newDatabase('statements') });
    await client.connect();
  });
  afterAll(() => client.end());

  it('is known to the test', () => {
    expect(allStatements().length).toBeGreaterThan(50);
  });

  it.each(allStatements().map(({ name, text }) => [name, text]))(
    'can be prepared over the tables: %s',
    async (name, text) => {
      await client.query(`PREPARE "${name}" AS ${text}`);

      const { rows } = await client.query<{ readonly types: string }>(
        'SELECT parameter_types::text AS types FROM pg_prepared_statements WHERE name = $1',
        [name],
      );
      // PostgreSQL takes a parameter whose type nothing says for a text, or for the first type that fits.
      expect(rows[0]?.types).not.toMatch(/json|unknown|interval/);
    },
  );
});
