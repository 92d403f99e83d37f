import { describe, expect, it } from '@jest/globals';

import { versionOrder } from '../../../src/api/tags/version-order.js';

describe('versionOrder', () => {
  it.each([
    ['numbers by their value', ['1.9', '1.10', '2', '10']],
    ['a shorter version before its longer ones', ['1', '1.0', '1.0.1', '1.1']],
    ['versions that begin with v among the others', ['v1.2', '1.3', 'v1.10']],
    [
      'what comes before a release, before it',
      ['2.0-alpha', '2.0-rc.2', '2.0-rc.10', '2.0', '2.1'],
    ],
    ['variants of one version by their names', ['24-alpine', '24-bookworm', '24']],
    ['tags without a version first', ['edge', 'latest', '0.1']],
    ['numbers within tags that have no version', ['build-9', 'build-10']],
  ])('sorts %s', (_, sorted) => {
    expect(sorted.toReversed().toSorted(versionOrder)).toEqual(sorted);
  });

  it('is one order for all tags: it never contradicts itself', () => {
    const parts = ['', 'v', '1', '2', '10', '.', '-', 'rc', '-rc.', 'a'];
    const tags = parts.flatMap((a) => parts.flatMap((b) => parts.map((c) => `${a}${b}${c}`)));
    const distinct = [...new Set(tags)].filter((tag) => tag !== '');
    const sorted = distinct.toSorted(versionOrder);
    const wrong = sorted.flatMap((tag, at) =>
      sorted
        .slice(at + 1)
        .filter((later) => versionOrder(tag, later) >= 0 || versionOrder(later, tag) <= 0)
        .map((later) => `${tag} ${later}`),
    );
    expect(wrong).toEqual([]);
  });
});
