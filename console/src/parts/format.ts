const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Returns a number of bytes with three digits at most, such as `3.4 MiB`. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

/** Returns a whole number with separators, such as `12,034`. */
export function countText(count: number): string {
  return COUNT.format(count);
}

const COUNT = new Intl.NumberFormat('en');

/** Returns `1 tag`, `12 tags`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}

/** Returns a length of time in its largest whole unit, such as `2 hours`. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  const step = STEPS.find(([, length]) => seconds >= length && seconds % length === 0);
  if (step !== undefined) return countOf(seconds / step[1], step[0]);
  return seconds >= 1
    ? countOf(Math.round(seconds), 'second')
    : countOf(milliseconds, 'millisecond');
}

const STEPS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** Returns how long ago a time was, such as `3 hours ago`. Both are in milliseconds since 1970. */
export function agoText(thenMs: number, nowMs: number): string {
  const seconds = (thenMs - nowMs) / 1_000;
  const step = STEPS.find(([, length]) => Math.abs(seconds) >= length);
  // Clocks differ a little, and a past time must not seem to come.
  if (step === undefined) return seconds > 30 ? 'in a moment' : 'just now';
  return RELATIVE.format(Math.trunc(seconds / step[1]), step[0]);
}

const EXACT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' });

/** Returns a time to the second, with its zone. */
export function exactText(thenMs: number): string {
  return EXACT.format(thenMs);
}

/** Returns the first characters of a digest, by which people tell digests apart: `sha256:5f0e1c2d3b4a`. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** Returns a message of the registry as a sentence. They begin in lower case, as in a log. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}
