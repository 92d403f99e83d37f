import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { DigestMap } from '../../../../src/storage/protocol/collect/digest-map.js';

/** Keys of both algorithms, many of which belong in one slot. */
const keys = fc
  .tuple(fc.integer({ min: 1, max: 300 }), fc.constantFrom(1, -1), fc.constantFrom(1, 64, 2 ** 24))
  .map(([step, sign, factor]) => sign * step * factor);

describe('DigestMap', () => {
  it('has the values that were set last', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.integer())), (entries) => {
        const [map, expected] = [new DigestMap<number>(), new Map(entries)];
        for (const [key, value] of entries) map.set(key, value);

        for (const [key, value] of expected) expect(map.get(key)).toBe(value);
        expect(map.get(2 ** 47)).toBeUndefined();
      }),
    );
  });

  it('stays fast with keys that were chosen to belong in one slot', () => {
    const map = new DigestMap<number>();
    const began = performance.now();
    for (let count = 1; count <= 50_000; count++) map.set(count * 2 ** 24, count);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(map.get(50_000 * 2 ** 24)).toBe(50_000);
  });
});
