import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import { latencyDuring } from './latency.js';
import { Victim } from './victim.js';

const REQUESTS = 2_000;
const AT_ONCE = 20;
const TARGET = `/v2/?${'x'.repeat(14_000)}`;
const WITHIN_MS = 1_000;
const AUDIT = 'audit.log';
const MIB = 1024 * 1024;

describe('requests with long targets beyond the limit of requests', () => {
  let victim: Victim | undefined;
  afterEach(() => victim?.stop());

  it('leave little in the audit log and in the request log', async () => {
    // The path is relative to the working directory of the sandbox.
    const settings = {
      REGISTRY_AUDIT_LOG: AUDIT,
      REGISTRY_MAX_REQUESTS_PER_SECOND: '100',
    };
    const under = await Victim.start('filesystem', settings);
    victim = under;
    let next = 0;
    const ask = async (): Promise<void> => {
      while (next++ < REQUESTS) {
        const response = await fetch(`${under.process.url}${TARGET}${next}`);
        await response.arrayBuffer();
      }
    };
    const attack = () => Promise.all(Array.from({ length: AT_ONCE }, ask));

    expect(await latencyDuring(under, attack)).toBeLessThan(WITHIN_MS);

    // Then this client may send requests again.
    await sleep(1_500);
    const { size } = await stat(join(under.sandbox.working, AUDIT));
    expect(size).toBeLessThan(MIB);
    const lines = under.process.output().split('\n').slice(1);
    expect(lines.length).toBeGreaterThan(50);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_000);
    expect(await under.normalComplaints()).toEqual([]);
  });
});
