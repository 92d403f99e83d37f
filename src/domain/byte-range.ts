import { RegistryError } from './errors.js';

/** The bytes from `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** How many ranges are served in one response. Clients of partial images ask for a thousand. */
export const MAX_RANGES = 1_024;

/**
 * Reads a `Range` header for content of `size` bytes. Returns the ranges in the order of the header, each as it was asked for, so
 * that a client finds its parts again.
 *
 * @returns `undefined` if all content is to be sent: the header has another unit, is malformed (RFC 9110, section 14.2), has more
 *   than `MAX_RANGES` ranges, or ranges that add up to more than the content
 * @throws RegistryError `range-unsatisfiable` if no range has a byte within `size`
 */
export function parseRangeHeader(header: string, size: number): ByteRange[] | undefined {
  // The class includes `\s`: another `\s*` before it would cost quadratic time for a header full of blanks.
  const match = /^bytes\s*=([\d\s,-]+)$/i.exec(header.trim());
  const specs = match?.[1]?.split(',').map((spec) => spec.trim());
  if (specs === undefined) return undefined;
  const wanted = specs.filter((spec) => spec !== '');
  if (wanted.length === 0 || !wanted.every(isRangeSpec)) return undefined;
  if (wanted.length > MAX_RANGES) return undefined;
  const ranges = wanted.map((spec) => resolve(spec, size)).filter((range) => range !== undefined);
  if (ranges.length === 0) throw unsatisfiable('no requested range lies within the content', size);
  const total = ranges.reduce((sum, range) => sum + rangeLength(range), 0);
  return total > size ? undefined : ranges;
}

/** The number of bytes in `range`. */
export function rangeLength(range: ByteRange): number {
  return range.end - range.start + 1;
}

/**
 * Reads the `Content-Range` of a chunk: `first-last` as in the OCI specification, or `bytes first-last/size` as in RFC 9110.
 *
 * @throws RegistryError `upload-invalid`
 */
export function parseChunkRange(header: string): ByteRange {
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header.trim());
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (match === null || end < start) {
    throw new RegistryError('upload-invalid', 'Content-Range is not of the form first-last', {
      contentRange: header.slice(0, 200),
    });
  }
  return { start, end };
}

/** Accepts `first-`, `-suffix` and `first-last`. A last byte before the first is well formed here and unsatisfiable later. */
function isRangeSpec(spec: string): boolean {
  return /^(?:\d+-\d*|-\d+)$/.test(spec);
}

function resolve(spec: string, size: number): ByteRange | undefined {
  const [first = '', last = ''] = spec.split('-');
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : undefined;
}

function unsatisfiable(message: string, size: number): RegistryError {
  return new RegistryError('range-unsatisfiable', message, { size });
}
