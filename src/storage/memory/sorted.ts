import { byteOrder } from '../../domain/byte-order.js';

/** Returns the names after `after`, in byte order. */
export function sortedAfter<T extends string>(names: Iterable<T>, after: string | undefined): T[] {
  return [...names]
    .filter((name) => after === undefined || byteOrder(name, after) > 0)
    .sort(byteOrder);
}
