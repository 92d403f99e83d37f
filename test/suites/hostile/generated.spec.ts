import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { operation } from './operations.js';
import { fastCheckOptions } from './seed.js';
import { storeComplaints } from './store-complaints.js';
import { DRIVERS, Victim } from './victim.js';

describe.each(DRIVERS)('generated requests (%s)', (driver) => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await Victim.start(driver, { REGISTRY_IDLE_TIMEOUT: '1s' });
  });
  afterAll(() => victim.stop());

  it('get valid responses, in any order', async () => {
    const outside = await victim.sandbox.outside();
    const sequences = fc.array(operation, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sequences, async (operations) => {
        for (const row of operations) {
          const complaints = await victim.complaints(row);
          expect({ request: row.steps.map(String), complaints }).toEqual({
            request: expect.anything(),
            complaints: [],
          });
        }
      }),
      fastCheckOptions(500),
    );
    expect(await victim.sandbox.outside()).toEqual(outside);
    expect(await storeComplaints(victim, driver)).toEqual([]);
  });
});
