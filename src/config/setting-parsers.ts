import { availableParallelism } from 'node:os';

/** More than any machine has cores for. */
const MAX_WORKERS = 256;

/** Reads the text of one kind of setting. */
export interface SettingParser<T> {
  /** What is allowed, for the person who wrote something else. */
  readonly allowed: string;

  /** The value, or `undefined` when the text is not allowed. */
  parse(text: string): T | undefined;
}

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
  d: 86_400_000,
};

const count = (min: number, max: number): SettingParser<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  parse: (text) => within(/^\d+$/.test(text) ? Number(text) : undefined, min, max),
});

export const parsers = {
  text: (allowed: string, minLength: number): SettingParser<string> => ({
    allowed,
    parse: (text) => (text.length >= minLength ? text : undefined),
  }),

  choice: <T extends string>(...choices: readonly T[]): SettingParser<T> => ({
    allowed: choices.join(', '),
    parse: (text) => choices.find((choice) => choice === text),
  }),

  flag: {
    allowed: 'true, false',
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  } satisfies SettingParser<boolean>,

  count,

  workers: {
    allowed: `auto, or a whole number from 1 to ${MAX_WORKERS}`,
    parse: (text) => (text === 'auto' ? availableParallelism() : count(1, MAX_WORKERS).parse(text)),
  } satisfies SettingParser<number>,

  size: (min: number): SettingParser<number> => ({
    allowed: `a number of bytes, or with a unit: KiB, MiB, GiB, TiB; at least ${min} bytes`,
    parse: (text) => within(withUnit(text, SIZE_UNITS), min, Number.MAX_SAFE_INTEGER),
  }),

  duration: (minMs: number): SettingParser<number> => ({
    allowed: `a number with a unit: ms, s, m, h, d; at least ${minMs} ms and at most 24 days`,
    // Node's timers count in 31 bits, and fire at once beyond.
    parse: (text) => within(withUnit(text, DURATION_UNITS), minMs, 24 * 86_400_000),
  }),
};

function withUnit(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,15})\s*([A-Za-z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
