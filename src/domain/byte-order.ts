/** Compares two texts by their bytes (like Go's `sort.Strings`), never by a locale. Every listing has this order. */
export function byteOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
