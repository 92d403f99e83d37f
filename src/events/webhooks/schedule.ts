const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each failed attempt the next one follows. After the last one, the event is a dead letter. */
const DELAYS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Delays differ by up to this part, so that attempts do not stay in step. */
const JITTER = 0.1;

/** A receiver cannot put an attempt off for longer. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;

/**
 * Returns how long to wait after this many failed attempts, in milliseconds, or `undefined` after the last one.
 *
 * @param random a number from 0 to 1
 */
export function delayAfter(attempts: number, random: number): number | undefined {
  const delay = DELAYS_MS[attempts - 1];
  return delay === undefined ? undefined : Math.round(delay * (1 + JITTER * (2 * random - 1)));
}

/** Returns what a `Retry-After` asks for, in milliseconds: a number of seconds, or a date. RFC 9110, section 10.2.3. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d{1,9}$/.test(header.trim())
    ? Number(header) * SECOND_MS
    : Date.parse(header) - now;
  if (Number.isNaN(milliseconds)) return undefined;
  return Math.min(Math.max(milliseconds, 0), MAX_RETRY_AFTER_MS);
}
