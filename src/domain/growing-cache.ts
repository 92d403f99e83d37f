/**
 * Returns the options of an `LRUCache` that keeps so many entries. It grows with them: by `max`, a cache takes the memory for all of its
 * entries when it is made.
 */
export function upTo(entries: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
