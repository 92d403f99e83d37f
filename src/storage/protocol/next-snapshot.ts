import { type CollectionTotals } from '../ports/collector.js';
import { type GrowthPoint, type StorageSnapshot } from '../ports/statistics.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Growth has one point an hour for this time, and then one a day. */
const HOURLY_MS = 7 * DAY_MS;
const DAILY_MS = 2 * 365 * DAY_MS;

/**
 * Returns the snapshot of a complete collection.
 *
 * @param before the growth up to now, of the last snapshot
 * @param now in milliseconds since the epoch
 */
export function nextSnapshot(
  { repositories, store, largest }: CollectionTotals,
  before: readonly GrowthPoint[],
  now: number,
): StorageSnapshot {
  const growth = thinned([...before, { at: now, ...store }], now);
  return { asOf: now, repositories, totals: store, largest, growth };
}

/**
 * Keeps the last point of each hour of the past week, and of each day of the two years before. Points that are later than `now` were
 * made with a wrong clock.
 */
export function thinned(points: readonly GrowthPoint[], now: number): GrowthPoint[] {
  const kept = new Map<string, GrowthPoint>();
  for (const point of points.toSorted((left, right) => left.at - right.at)) {
    const age = now - point.at;
    if (age < 0 || age > DAILY_MS) continue;
    const [unit, length] = age <= HOURLY_MS ? ['hour', HOUR_MS] : ['day', DAY_MS];
    kept.set(`${unit} ${Math.floor(point.at / length)}`, point);
  }
  return [...kept.values()];
}
