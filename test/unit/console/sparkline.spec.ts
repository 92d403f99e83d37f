import { describe, expect, it } from '@jest/globals';

import { sparklinePath } from '../../../console/src/parts/sparkline-path.js';

describe('the bars of a sparkline', () => {
  it('are as high as their values, compared with the largest one', () => {
    expect(sparklinePath([1, 0, 2])).toBe('M0.75 16v-8M40.75 16v-16');
  });

  it('can be seen beside a much larger one', () => {
    expect(sparklinePath([1, 100_000])).toBe('M0.75 16v-1.5M30.75 16v-16');
  });

  it('are absent without values', () => {
    expect([sparklinePath([]), sparklinePath([0, 0])]).toEqual(['', '']);
  });
});
