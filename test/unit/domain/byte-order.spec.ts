import { describe, expect, it } from '@jest/globals';

import { byteOrder } from '../../../src/domain/byte-order.js';

describe('byteOrder', () => {
  it.each([
    ['', 'a', -1],
    ['a', '', 1],
    ['a', 'a', 0],
    ['Z', 'a', -1],
    ['10', '9', -1],
    ['a', 'a-b', -1],
    ['a-b', 'a.b', -1],
    ['a.b', 'a/b', -1],
    ['a/b', 'a0b', -1],
    ['aBc', 'a_c', -1],
    ['a_b', 'ab', -1],
    ['b', 'a\u{10ffff}', 1],
  ])('compares %j with %j as %d', (left, right, expected) => {
    expect(byteOrder(left, right)).toBe(expected);
  });

  it('sorts names by their bytes', () => {
    const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    const names = ascii.flatMap((first) => [first, `${first}a`, `a${first}`]);

    const byBytes = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

    expect(names.toReversed().sort(byteOrder)).toEqual(byBytes);
  });
});
