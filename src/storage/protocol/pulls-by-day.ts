import { type PullsByDay } from '../ports/usage-store.js';

/** How many days pulls are kept by day, today included. */
export const KEPT_DAYS = 30;

const DAY_MS = 86_400_000;

/** Returns the number of the UTC day of a time, counted from the epoch. Times are in milliseconds since the epoch. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** Returns when a day begins, in milliseconds since the epoch. */
export function beginOf(day: number): number {
  return day * DAY_MS;
}

/** Adds the pulls of one day. */
export function addPulls(byDay: Map<number, number>, day: number, pulls: number): void {
  byDay.set(day, (byDay.get(day) ?? 0) + pulls);
}

/** Removes the days that are not kept at the time `now`: those before the last 30, and those that have not come. */
export function forgetDays(byDay: Map<number, number>, now: number): void {
  const today = dayOf(now);
  for (const day of [...byDay.keys()]) {
    // The clock of the process that counted may be ahead.
    if (day <= today - KEPT_DAYS || day > today + 1) byDay.delete(day);
  }
}

/** Returns the pulls of each of the last 30 days, the oldest first and the day of `now` last. */
export function lastDays(byDay: PullsByDay, now: number): number[] {
  const first = dayOf(now) - KEPT_DAYS + 1;
  return Array.from({ length: KEPT_DAYS }, (_, at) => byDay.get(first + at) ?? 0);
}
