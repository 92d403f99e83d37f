import { describe, expect, it } from '@jest/globals';

import {
  beginOf,
  dayOf,
  forgetDays,
  lastDays,
} from '../../../src/storage/protocol/pulls-by-day.js';

const MIDNIGHT = Date.parse('2026-11-29T00:00:00Z');
const TODAY = dayOf(MIDNIGHT);

describe('pulls by day', () => {
  it('have days that begin at midnight in UTC', () => {
    expect([dayOf(MIDNIGHT - 1), dayOf(MIDNIGHT)]).toEqual([TODAY - 1, TODAY]);
    expect(beginOf(TODAY)).toBe(MIDNIGHT);
  });

  it('are listed for 30 days, today last', () => {
    const byDay = new Map([
      [TODAY, 1],
      [TODAY - 29, 2],
      [TODAY - 30, 4],
      [TODAY + 1, 8],
    ]);

    expect(lastDays(byDay, MIDNIGHT)).toEqual([2, ...Array<number>(28).fill(0), 1]);
  });

  it('are forgotten after 30 days, and if a clock was wrong by more than a day', () => {
    const days = [-31, -30, -29, 0, 1, 2].map((from) => TODAY + from);
    const byDay = new Map(days.map((day) => [day, 1]));

    forgetDays(byDay, MIDNIGHT);

    expect([...byDay.keys()]).toEqual([-29, 0, 1].map((from) => TODAY + from));
  });
});
