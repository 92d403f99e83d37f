import { availableParallelism } from 'node:os';

/** More workers than any machine has cores. */
const MAX_WORKERS = 256;

/** How one kind of setting is parsed from a text or checked as a value. */
export interface Kind<T> {
  /** The allowed values, as shown in errors, in `berth help settings` and in the docs. */
  readonly allowed: string;

  /** Returns the value, or `undefined` if the text is not allowed. */
  parse(text: string): T | undefined;

  /** Returns whether a value that is not a string is allowed. Not set if only texts are allowed. */
  isValue?(value: unknown): boolean;
}

const DAY_MS = 86_400_000;

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
};

/** Node's timers use 31 bits, and fire at once when the time is longer. */
const MAX_DURATION_MS = 24 * DAY_MS;

/** A text of at least `minLength` characters. */
export const text = (allowed: string, minLength = 0): Kind<string> => ({
  allowed,
  parse: (given) => (given.length >= minLength ? given : undefined),
});

/** One of several words. */
export const oneOf = <T extends string>(...choices: readonly T[]): Kind<T> => ({
  allowed: choices.join(', '),
  parse: (given) => choices.find((choice) => choice === given),
});

export const flag: Kind<boolean> = {
  allowed: 'true, false',
  parse: (given) => (given === 'true' ? true : given === 'false' ? false : undefined),
  isValue: (value) => typeof value === 'boolean',
};

export const wholeNumber = (min: number, max: number): Kind<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  parse: (given) => within(/^\d+$/.test(given) ? Number(given) : undefined, min, max),
  isValue: (value) => isWithin(value, min, max),
});

export const workers: Kind<number> = {
  allowed: `auto, or a whole number from 1 to ${MAX_WORKERS}`,
  parse: (given) =>
    given === 'auto' ? availableParallelism() : wholeNumber(1, MAX_WORKERS).parse(given),
  isValue: (value) => isWithin(value, 1, MAX_WORKERS),
};

/** A size in bytes. */
export const size = (min: number): Kind<number> => ({
  allowed: `a number of bytes, or with a unit: KiB, MiB, GiB, TiB; at least ${min} bytes`,
  parse: (given) => within(withUnit(given, SIZE_UNITS), min, Number.MAX_SAFE_INTEGER),
  isValue: (value) => isWithin(value, min, Number.MAX_SAFE_INTEGER),
});

/** A duration in milliseconds. Only one that no timer waits for may be longer than 24 days. */
export const duration = (minMs: number, maxMs = MAX_DURATION_MS): Kind<number> => ({
  allowed: `a number with a unit: ms, s, m, h, d; at least ${minMs} ms and at most ${maxMs / DAY_MS} days`,
  parse: (given) => within(withUnit(given, DURATION_UNITS), minMs, maxMs),
  isValue: (value) => isWithin(value, minMs, maxMs),
});

function withUnit(given: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15})\s*([A-Za-z]*)$/.exec(given) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}
