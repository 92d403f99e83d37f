import { describe, expect, it } from '@jest/globals';

import { parseRepositoryName } from '../../../../src/domain/repository-name.js';
import { Traffic } from '../../../../src/observe/metrics/traffic.js';

const name = parseRepositoryName;

describe('the repositories with the most traffic', () => {
  it('are the first ones until others have much more', () => {
    const traffic = new Traffic(2);
    expect(traffic.add(name('a'), 100)).toBe(true);
    expect(traffic.add(name('b'), 10)).toBe(true);
    expect(traffic.add(name('c'), 15)).toBe(false);
    expect(traffic.choose()).toEqual([]);
  });

  it('lose their place to one with more than twice the traffic', () => {
    const traffic = new Traffic(2);
    traffic.add(name('a'), 100);
    traffic.add(name('b'), 10);
    traffic.add(name('c'), 25);

    expect(traffic.choose()).toEqual(['b']);
    expect(traffic.add(name('c'), 1)).toBe(true);
    expect(traffic.add(name('b'), 1)).toBe(false);
  });

  it('keep a bounded number of candidates', () => {
    const traffic = new Traffic(1);
    traffic.add(name('a'), 1_000);
    for (let count = 0; count < 100_000; count++) traffic.add(name(`r${count}`), 1);
    traffic.add(name('r0'), 1_500);

    // The traffic of r0 before the other 99,999 is forgotten.
    expect(traffic.choose()).toEqual([]);
  });
});
