import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { Digest } from '../../../../src/domain/digest.js';
import { DigestSet } from '../../../../src/storage/protocol/collect/digest-set.js';

/** Digests with few different beginnings, so that many collide in one slot. */
const digests = fc
  .record({
    algorithm: fc.constantFrom('sha256', 'sha512'),
    begin: fc.constantFrom('000000000000', '000000000001', 'ffffffffffff', '00000000003f'),
    step: fc.integer({ min: 0, max: 500 }),
  })
  .map(({ algorithm, begin, step }) => {
    const bits = (Number.parseInt(begin, 16) + step * 64) % 2 ** 48;
    const hex = bits.toString(16).padStart(12, '0');
    return Digest.parse(`${algorithm}:${hex.padEnd(algorithm === 'sha256' ? 64 : 128, '0')}`);
  });

describe('a set of digests', () => {
  it('contains exactly the digests that were added', () => {
    fc.assert(
      fc.property(fc.array(digests, { maxLength: 400 }), fc.array(digests), (added, asked) => {
        const set = new DigestSet();
        const model = new Set(added.map(String));
        set.addAll(added);
        expect(set.size).toBe(model.size);
        for (const digest of [...added, ...asked]) {
          expect(set.has(digest)).toBe(model.has(digest.toString()));
        }
      }),
    );
  });

  it('stays fast with digests that were chosen to collide in one slot', () => {
    const set = new DigestSet();
    const began = performance.now();
    for (let count = 0; count < 50_000; count++) {
      const bits = (count * 2 ** 24).toString(16).padStart(12, '0');
      set.add(Digest.parse(`sha256:${bits.padEnd(64, '0')}`));
    }
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(set.size).toBe(50_000);
  });
});
