import { describe, expect, it } from '@jest/globals';

import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { Upstream } from '../../../../src/mirror/upstream/upstream.js';
import { down, OtherRegistry } from '../../../support/mirror/other-registry.js';

const QUIET = { error: () => undefined, warn: () => undefined, log: () => undefined };

describe('an upstream', () => {
  it('gets 64 questions at a time, and those that wait too long are refused', async () => {
    const log = { ...QUIET, debug: () => undefined };
    const events = { failed: () => undefined, answered: () => undefined };
    const upstream = new Upstream(
      { name: 'docker.io' },
      { client: new OtherRegistry(), log, events, now: () => 0, patienceMs: 50 },
    );
    const answers: (() => void)[] = [];
    const question = (): Promise<void> => new Promise((resolve) => answers.push(resolve));

    const asked = Array.from({ length: 65 }, () => upstream.ask(question));
    const refused = expect(asked[64]).rejects.toMatchObject({ kind: 'unavailable' });
    await refused;
    await expect(upstream.askNow(question)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(upstream.restingMs).toBe(0);
    expect(answers).toHaveLength(64);
    const next = upstream.ask(question);
    answers[0]?.();
    await asked[0];
    await new Promise(setImmediate);

    expect(answers).toHaveLength(65);
    for (const answer of answers) answer();
    await next;
  });

  it('lets no question wait while it rests', async () => {
    const log = { ...QUIET, debug: () => undefined };
    const events = { failed: () => undefined, answered: () => undefined };
    const upstream = new Upstream(
      { name: 'docker.io' },
      { client: new OtherRegistry(), log, events, now: () => 0, patienceMs: 60_000 },
    );
    let fail: (error: Error) => void = () => undefined;
    const failing = new Promise<never>((_, reject) => (fail = reject));
    const asked = Array.from({ length: 66 }, () => upstream.ask(() => failing));
    await new Promise(setImmediate);
    fail(down());

    const results = await Promise.allSettled(asked);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
    await expect(upstream.ask(() => failing)).rejects.toMatchObject({ kind: 'unavailable' });
  });

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

  it.each([
    [0, 1_000],
    [90_000, 90_000],
    [1e9, 3_600_000],
  ])('that asks for a rest of %i ms has one of %i ms', async (wished, rest) => {
    const log = { ...QUIET, debug: () => undefined };
    const events = { failed: () => undefined, answered: () => undefined };
    const upstream = new Upstream(
      { name: 'docker.io' },
      { client: new OtherRegistry(), log, events, now: () => 0 },
    );
    const limited = new RemoteFailure('limited', 'too many pulls', wished);

    await expect(upstream.ask(() => Promise.reject(limited))).rejects.toMatchObject({
      kind: 'limited',
    });

    expect(upstream.restingMs).toBe(rest);
  });
});
