import { yieldEvery } from '../../protocol/yield-every.js';
import { ReadFiles } from './read-files.js';

/** Listings of more items than this are not cached. */
const MAX_ITEMS = 50_000;

export interface ListingLimits<T> {
  readonly maxBytes: number;
  /** Estimates how many bytes of memory an item takes. */
  readonly bytesOf: (item: T) => number;
  readonly maxItems?: number;
}

/** Caches what was read from all files of some directories, until a file is added, replaced by a rename, or removed. */
export class CachedListing<T> {
  private readonly known: ReadFiles<readonly T[]>;
  private readonly maxItems: number;

  constructor({ maxBytes, bytesOf, maxItems = MAX_ITEMS }: ListingLimits<T>) {
    this.maxItems = maxItems;
    this.known = new ReadFiles({
      maxBytes,
      bytesOf: (items) => items.reduce((sum, item) => sum + bytesOf(item), 0),
    });
  }

  /** Yields the items of `directories` from the cache, or else those of `read`. */
  async *list(directories: readonly string[], read: () => AsyncIterable<T>): AsyncIterable<T> {
    const known = this.known.peek(directories);
    if (known !== undefined) {
      yield* yieldEvery(known);
      return;
    }
    const keep = this.known.begin(directories);
    const items: T[] = [];
    for await (const item of read()) {
      if (items.length <= this.maxItems) items.push(item);
      yield item;
    }
    if (items.length <= this.maxItems) keep(items);
  }
}
