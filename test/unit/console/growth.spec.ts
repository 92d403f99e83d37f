import { describe, expect, it } from '@jest/globals';

import { chartOf, recentPoints } from '../../../console/src/pages/storage/growth.js';

const DAY_MS = 86_400_000;
const at = (day: number, bytes = 1) => ({ atMs: day * DAY_MS, bytes });

describe('the points of the last 30 days', () => {
  it('begin with the one before, which tells what was stored then', () => {
    expect(recentPoints([at(0), at(5), at(20), at(40)], 40 * DAY_MS)).toEqual([
      at(5),
      at(20),
      at(40),
    ]);
  });

  it('are the last one alone if nothing was counted since', () => {
    expect(recentPoints([at(0), at(5)], 100 * DAY_MS)).toEqual([at(5)]);
    expect(recentPoints([], 0)).toEqual([]);
  });
});

describe('a chart', () => {
  it('goes from zero to the largest, by time', () => {
    expect(chartOf([at(0, 0), at(1, 50), at(4, 100)], 400, 100)).toEqual({
      line: 'M0,100L100,50L400,0',
      area: 'M0,100L100,50L400,0L400,100L0,100Z',
    });
  });

  it('needs a time between two points', () => {
    expect(chartOf([at(1)], 400, 100)).toBeUndefined();
    expect(chartOf([at(1), at(1)], 400, 100)).toBeUndefined();
  });

  it('of nothing stored lies on the ground', () => {
    expect(chartOf([at(0, 0), at(1, 0)], 10, 10)?.line).toBe('M0,10L10,10');
  });
});
