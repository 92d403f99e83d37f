/** How many bytes had gone at a time, in milliseconds since the epoch. */
export interface Measured {
  readonly bytes: number;
  readonly at: number;
  /** Not known after the first look. */
  readonly bytesPerSecond: number | undefined;
}

/** How much the last second decides the rate. */
const WEIGHT = 0.5;

/** Returns the rate after one more look, or `undefined` after the first one. */
export function rateOf(
  before: Measured | undefined,
  bytes: number,
  at: number,
): number | undefined {
  if (before === undefined || at <= before.at) return before?.bytesPerSecond;
  const last = Math.max(0, ((bytes - before.bytes) * 1_000) / (at - before.at));
  const { bytesPerSecond = last } = before;
  return bytesPerSecond * (1 - WEIGHT) + last * WEIGHT;
}
