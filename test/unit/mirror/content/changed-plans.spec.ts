import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { planOf } from '../../../support/mirror/mirror-plan.js';
import { MIRRORED, MirrorBench } from '../../../support/mirror/mirror-bench.js';
import { tag } from '../../../../src/storage/contract/fixtures.js';

const MIB = 1024 ** 2;

describe('a mirror whose plan changes often', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  it('takes little memory, although its earlier plans stay in use for a while', async () => {
    const ports = bench.open({ retireMs: 60_000 });
    await ports.tags.resolve(MIRRORED, tag('3'));
    const before = process.memoryUsage().heapUsed;

    for (let change = 0; change < 200; change++) {
      bench.plan = planOf({ missingMs: 1_000 + change });
      await ports.tags.resolve(MIRRORED, tag('3'));
    }

    expect(bench.other.asked).toHaveLength(201);
    expect((process.memoryUsage().heapUsed - before) / MIB).toBeLessThan(60);
    await ports.close();
  });
});
