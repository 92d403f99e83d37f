/** Compares two texts by their bytes, the order of every listing (Go's `sort.Strings`), never by a locale. */
export function byteOrder(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
