const UNITS = [
  ['s', 1_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
] as const;

/** Longer ago, a date says more. */
const LONGEST_MS = 100 * 86_400_000;

/** Returns a time for people, such as `3 h ago`, or a date if it is long ago. */
export function timeAgo(iso: string, now: number): string {
  const age = now - Date.parse(iso);
  if (Number.isNaN(age)) return iso;
  if (age >= LONGEST_MS) return iso.slice(0, 10);
  const [unit, length] = UNITS.findLast(([, ms]) => age >= ms) ?? UNITS[0];
  const count = Math.floor(age / length);
  // The clocks of two machines differ.
  return count <= 0 ? 'just now' : `${count} ${unit} ago`;
}

/** Returns a time in ISO 8601 to the minute, which fits into a table: `2026-11-29T17:20Z`. */
export function minuteOf(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : `${time.toISOString().slice(0, 16)}Z`;
}
