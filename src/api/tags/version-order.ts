import { byteOrder } from '../../domain/byte-order.js';

/** A tag as its order by version sees it. */
interface VersionKey {
  /** `1.24.3` as `[1, 24, 3]`. Empty for a tag that does not begin with a number. */
  readonly numbers: readonly number[];
  /** What follows the numbers: `-rc.1`, or `-alpine`. */
  readonly rest: string;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(.*)$/;

/**
 * Compares tags by the versions in them, so that `1.9` comes before `1.10`, and `2.0-rc.1` before `2.0`. Tags without a version come
 * first. Equal versions are in byte order.
 *
 * Source: Semantic Versioning 2.0.0, item 11, for any count of numbers.
 */
export function versionOrder(one: string, other: string): number {
  const [left, right] = [keyOf(one), keyOf(other)];
  return (
    numbersOrder(left.numbers, right.numbers) ||
    restOrder(left.rest, right.rest) ||
    byteOrder(one, other)
  );
}

function keyOf(tag: string): VersionKey {
  const [, numbers, rest = ''] = VERSION.exec(tag) ?? [];
  return numbers === undefined
    ? { numbers: [], rest: tag }
    : { numbers: numbers.split('.').map(Number), rest };
}

function numbersOrder(one: readonly number[], other: readonly number[]): number {
  const places = one.map((number, at) => number - (other[at] ?? -1));
  return places.find((difference) => difference !== 0) ?? one.length - other.length;
}

/** What follows a hyphen precedes the version without it. */
function restOrder(one: string, other: string): number {
  if (one === other) return 0;
  if (one === '' || other === '') return one === '' ? 1 : -1;
  const [left, right] = [partsOf(one), partsOf(other)];
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at === -1) return left.length - right.length;
  const [part = '', against] = [left[at], right[at]];
  if (against === undefined) return 1;
  return Number(part) - Number(against) || byteOrder(part, against);
}

/** Splits `-rc.10` into `-rc.` and `10`. */
function partsOf(rest: string): readonly string[] {
  return rest.match(/\d+|\D+/g) ?? [];
}
