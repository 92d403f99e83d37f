import { spreadOf, type Spread } from './figures.ts';
import { markdownTable, short } from './table.ts';

/** A ratio that was measured in each round, and what it should be. */
export interface Goal {
  readonly what: string;
  /** One for each round. */
  readonly ratios: readonly number[];
  /** Absent for a ratio that is only shown. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

const MIB = 2 ** 20;
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: MIB, GiB: 2 ** 30 };

/** Returns a table with the median, the spread and the goal of each ratio. */
export function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => {
    const { median, least, most } = spreadOf(goal.ratios);
    const met = isMet(goal, median);
    const judged = met === undefined ? '' : met ? 'met' : 'missed';
    return [goal.what, short(median), `${short(least)}–${short(most)}`, wanted(goal), judged];
  });
  return markdownTable(['ratio', 'median', 'spread', 'goal', ''], rows);
}

/** Returns the bytes a second of a link, such as `119MiB/s`. @throws Error for any other text */
export function parseLink(text: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMG]iB)\/s$/.exec(text) ?? [];
  const bytes = Number(amount) * (UNITS[unit] ?? 0);
  if (bytes > 0) return bytes;
  throw new Error(`--link is ${text}; allowed: a speed such as 119MiB/s`);
}

/** Returns how fast bytes went, for people. */
export function speedText(bytesPerSecond: Spread): string {
  const [median, least, most] = [
    bytesPerSecond.median,
    bytesPerSecond.least,
    bytesPerSecond.most,
  ].map((speed) => short(speed / MIB));
  return `${median} MiB/s (${least}–${most})`;
}

function isMet({ atLeast, atMost }: Goal, median: number): boolean | undefined {
  if (atLeast !== undefined) return median >= atLeast;
  return atMost === undefined ? undefined : median <= atMost;
}

function wanted({ atLeast, atMost }: Goal): string {
  if (atLeast !== undefined) return `at least ${atLeast}`;
  return atMost === undefined ? 'none' : `at most ${atMost}`;
}
