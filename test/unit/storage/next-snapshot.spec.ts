import { describe, expect, it } from '@jest/globals';

import { nextSnapshot, thinned } from '../../../src/storage/protocol/next-snapshot.js';
import { type GrowthPoint } from '../../../src/storage/ports/statistics.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The beginning of an hour and of a day. */
const NOW = 30_000 * DAY;

const STORE = { repositories: 1, manifests: 2, logicalBytes: 3, storedBytes: 4 };
const at = (time: number): GrowthPoint => ({ at: time, ...STORE });
const every = (step: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => at(from + index * step));

describe('the growth of a storage', () => {
  it('keeps the last point of each hour of the past week', () => {
    const points = every(20 * MINUTE, NOW - 3 * HOUR, NOW - 1);

    expect(thinned(points, NOW).map((point) => (NOW - point.at) / MINUTE)).toEqual([140, 80, 20]);
  });

  it('keeps the last point of each day before the past week, for two years', () => {
    const points = every(6 * HOUR, NOW - 800 * DAY, NOW);

    const kept = thinned(points, NOW);
    const daily = kept.filter((point) => NOW - point.at > 7 * DAY);

    expect(daily).toHaveLength(2 * 365 - 7);
    expect(daily.slice(1, -1).every((point) => point.at % DAY === 18 * HOUR)).toBe(true);
  });

  it('has at most a thousand points, however often it is thinned', () => {
    let points: readonly GrowthPoint[] = [];
    for (let time = NOW; time < NOW + 900 * DAY; time += DAY / 4) {
      points = thinned([...points, at(time), at(time + 10 * MINUTE)], time + 10 * MINUTE);
    }

    expect(points.length).toBeGreaterThan(700);
    expect(points.length).toBeLessThan(1_000);
    expect(points.map((point) => point.at)).toEqual(points.map((point) => point.at).toSorted());
  });

  it('drops points later than now, which a wrong clock has made', () => {
    expect(thinned([at(NOW + 1), at(NOW)], NOW)).toEqual([at(NOW)]);
  });

  it('gets a point from each snapshot', () => {
    const totals = { repositories: new Map(), store: STORE, largest: [] };

    const { growth, asOf } = nextSnapshot(totals, [at(NOW - DAY)], NOW);

    expect(asOf).toBe(NOW);
    expect(growth).toEqual([at(NOW - DAY), at(NOW)]);
  });
});
