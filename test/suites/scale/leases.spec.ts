import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Client } from 'pg';

import { pause } from '../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { useTwoStorages } from './servers/two-storages.js';

describe('a lease in PostgreSQL', () => {
  let client: Client;
  let one: Storage;
  let other: Storage;
  const storages = useTwoStorages('leases');
  beforeEach(() => {
    ({ client, one, other } = storages());
  });

  it('that expired is granted to another process, and its holder learns that', async () => {
    const terms = { forMs: 60_000, idleMs: 3_600_000 };
    const first = await one.lease('work', terms);
    await client.query(`UPDATE leases SET held_until = now() + interval '10 seconds'`);
    await first?.extend();
    const { rows } = await client.query(
      `SELECT held_until > now() + interval '30 seconds' AS is_extended FROM leases`,
    );
    expect(rows).toEqual([{ is_extended: true }]);
    expect(await other.lease('work', terms)).toBeUndefined();

    await client.query('UPDATE leases SET held_until = now()');
    const second = await other.lease('work', terms);
    await first?.extend();

    expect([first?.holds, second?.holds]).toEqual([false, true]);
    await first?.release();
    expect(await one.lease('work', terms)).toBeUndefined();
  });

  it('ends by the clock of its process as well', async () => {
    const lease = await one.lease('work', { forMs: 50, idleMs: 0 });
    await pause(60);

    expect(lease?.holds).toBe(false);
  });

  it('ends in time although the clock of its process was set back', async () => {
    const lease = await one.lease('work', { forMs: 100, idleMs: 0 });
    await pause(60);
    const set = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 50);
    try {
      await pause(60);

      expect(lease?.holds).toBe(false);
    } finally {
      set.mockRestore();
    }
  });
});
