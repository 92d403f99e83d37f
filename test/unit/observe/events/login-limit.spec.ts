import { describe, expect, it } from '@jest/globals';

import { LoginLimit } from '../../../../src/observe/events/login-limit.js';

describe('the failed logins that are recorded', () => {
  it('are one a minute for a login name and a network', () => {
    let now = 0;
    const limit = new LoginLimit(() => now);

    const first = [limit.admits('10.0.0.1', 'ann'), limit.admits('10.0.0.1', 'ann')];
    const others = [limit.admits('10.0.0.2', 'ann'), limit.admits('10.0.0.1', 'bob')];
    now = 59_999;
    const later = [limit.admits('10.0.0.1', 'ann')];
    now = 60_000;

    expect([first, others, later]).toEqual([[true, false], [true, true], [false]]);
    expect(limit.admits('10.0.0.1', 'ann')).toBe(true);
  });

  it('are bounded for a network that tries many names, and in all', () => {
    const limit = new LoginLimit(() => 0);
    const count = (network: string) =>
      Array.from({ length: 50 }, (_, name) => limit.admits(network, `${name}`)).filter(Boolean)
        .length;

    expect(count('10.0.0.1')).toBe(10);
    const all = Array.from({ length: 50 }, (_, network) => count(`10.0.1.${network}`));
    expect(all.reduce((sum, one) => sum + one, 10)).toBe(100);
  });
});
