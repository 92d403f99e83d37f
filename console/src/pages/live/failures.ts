import { type FailedRequest } from '../../api/live/live-message.js';
import { sentence } from '../../parts/format.js';

export type Failures = ReadonlyMap<string, FailedRequest>;

/** How many are shown. */
const SHOWN = 20;

/** Returns the failures with one more, or one that has happened again, the newest first. */
export function withFailure(failures: Failures, failure: FailedRequest): Failures {
  const all = new Map([...failures, [failure.data.failure, failure]]);
  const newest = [...all].sort(([, one], [, other]) => (one.time < other.time ? 1 : -1));
  return new Map(newest.slice(0, SHOWN));
}

/** Returns the explanation that a client was given, as sentences. */
export function explanationsOf(detail: unknown): string[] {
  if (Array.isArray(detail)) return [detail.map(valueText).join(', ')];
  if (typeof detail !== 'object' || detail === null) {
    return detail === undefined || detail === null ? [] : [valueText(detail)];
  }
  const { advice, ...facts } = detail as Readonly<Record<string, unknown>>;
  const known = Object.entries(facts).map(([name, value]) => `${name}: ${valueText(value)}`);
  return [
    ...(typeof advice === 'string' ? [sentence(advice)] : []),
    ...(known.length === 0 ? [] : [known.join(', ')]),
  ];
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
