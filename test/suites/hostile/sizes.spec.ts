import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { residentMiB, settledMiB } from './process-facts.js';
import { HUGE_ROWS } from './rows/manifests.js';
import { storeComplaints } from './store-complaints.js';
import { DRIVERS, Victim } from './victim.js';

/** The garbage of the largest manifests that V8, with its own limits, may not have collected. */
const GROWTH_MIB = 400;

describe.each(DRIVERS)('bodies of absurd sizes (%s)', (driver) => {
  let victim: Victim;
  let outside: readonly string[];
  let memory: number;

  beforeAll(async () => {
    victim = await Victim.start(driver);
    outside = await victim.sandbox.outside();
    memory = await residentMiB(victim.pid);
  });
  afterAll(() => victim.stop());

  it.each(HUGE_ROWS)('$name → $expected', async (row) => {
    expect(await victim.complaints(row)).toEqual([]);
  });

  it('keep memory within its limit, and the store intact', async () => {
    const after = await settledMiB(victim.pid, memory + GROWTH_MIB);
    process.stdout.write(
      `${driver}: MiB at rest ${memory.toFixed(0)}, after ${after.toFixed(0)}\n`,
    );
    expect(after - memory).toBeLessThan(GROWTH_MIB);
    expect(await victim.sandbox.outside()).toEqual(outside);
    expect(await storeComplaints(victim, driver)).toEqual([]);
  });
});
