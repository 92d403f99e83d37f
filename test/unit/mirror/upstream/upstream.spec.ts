import { describe, expect, it } from '@jest/globals';

import { Upstream } from '../../../../src/mirror/upstream/upstream.js';
import { down, OtherRegistry } from '../../../support/mirror/other-registry.js';

const QUIET = { error: () => undefined, warn: () => undefined, log: () => undefined };

describe('an upstream', () => {
  it('rests as long after many failures at the same time as after one', async () => {
    const log = { ...QUIET, debug: () => undefined };
    const events = { failed: () => undefined, answered: () => undefined };
    const upstream = new Upstream(
      { name: 'docker.io' },
      { client: new OtherRegistry(), log, events, now: () => 0 },
    );
    const fail = async (): Promise<never> => {
      await new Promise(setImmediate);
      throw down();
    };

    await Promise.allSettled(Array.from({ length: 20 }, () => upstream.ask(fail)));

    expect(upstream.restingMs).toBe(30_000);
  });
});
