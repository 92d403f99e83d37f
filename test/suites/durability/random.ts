/** Returns a whole number from `low` to `high`. */
export function between(low: number, high: number): number {
  return low + Math.floor(Math.random() * (high - low + 1));
}

/** Returns a size, small ones as often as large ones: each power of two between `low` and `high` is equally likely. */
export function sizeBetween(low: number, high: number): number {
  return Math.round(low * (high / low) ** Math.random());
}

export function chance(probability: number): boolean {
  return Math.random() < probability;
}

export function oneOf<T>(choices: readonly T[]): T | undefined {
  return choices[between(0, choices.length - 1)];
}
