import { byteOrder } from '../../domain/byte-order.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type RepositoryFigures } from '../../storage/ports/statistics.js';

/** A repository and its figures, which are absent until they were counted for the first time. */
export interface IndexedRepository {
  readonly name: RepositoryName;
  readonly figures?: RepositoryFigures;
  /** When the figures were counted, in milliseconds since the epoch. Absent like them. */
  readonly countedAt?: number;
}

/** A repository's place in an order: its key, and its name among equal keys. */
export interface Place {
  readonly key: number;
  readonly name: string;
}

/** The key of each order. A repository without figures is the smallest. */
const KEYS = {
  name: () => 0,
  size: ({ figures }: IndexedRepository) => figures?.logicalBytes ?? -1,
  unique: ({ figures }: IndexedRepository) => figures?.uniqueBytes ?? -1,
  pushed: ({ figures }: IndexedRepository) => figures?.lastPushedAt ?? -1,
} as const;

export type RepositorySort = keyof typeof KEYS;

/** Returns the place of a repository in an order. */
export function placeOf(item: IndexedRepository, sort: RepositorySort): Place {
  return { key: KEYS[sort](item), name: item.name };
}

/** Repositories by name, and in each order that was asked for. */
export class RepositoryTable {
  private readonly byName = new Map<RepositoryName, IndexedRepository>();
  private readonly orders = new Map<RepositorySort, IndexedRepository[]>();

  get(name: RepositoryName): IndexedRepository | undefined {
    return this.byName.get(name);
  }

  names(): Iterable<RepositoryName> {
    return this.byName.keys();
  }

  set(item: IndexedRepository): void {
    this.delete(item.name);
    this.byName.set(item.name, item);
    for (const [sort, items] of this.orders) {
      items.splice(firstAfter(items, placeOf(item, sort), sort), 0, item);
    }
  }

  /** Sets many items. The orders are made again when they are asked for. */
  setAll(items: Iterable<IndexedRepository>): void {
    for (const item of items) this.byName.set(item.name, item);
    this.orders.clear();
  }

  delete(name: RepositoryName): void {
    const known = this.byName.get(name);
    if (known === undefined) return;
    this.byName.delete(name);
    for (const [sort, items] of this.orders) {
      items.splice(firstAfter(items, placeOf(known, sort), sort) - 1, 1);
    }
  }

  /** Yields the repositories after a place of an order, or all of them; in the other direction if `descending`. */
  *after(
    place: Place | undefined,
    sort: RepositorySort,
    descending: boolean,
  ): Iterable<IndexedRepository> {
    const items = this.ordered(sort);
    const step = descending ? -1 : 1;
    for (let at = firstIndex(items, place, sort, descending); ; at += step) {
      const item = items[at];
      if (item === undefined) return;
      yield item;
    }
  }

  private ordered(sort: RepositorySort): readonly IndexedRepository[] {
    const known = this.orders.get(sort);
    if (known !== undefined) return known;
    const items = [...this.byName.values()];
    items.sort((left, right) => compare(placeOf(left, sort), placeOf(right, sort)));
    this.orders.set(sort, items);
    return items;
  }
}

function compare(left: Place, right: Place): number {
  return left.key - right.key || byteOrder(left.name, right.name);
}

function firstIndex(
  items: readonly IndexedRepository[],
  place: Place | undefined,
  sort: RepositorySort,
  descending: boolean,
): number {
  if (place === undefined) return descending ? items.length - 1 : 0;
  const after = firstAfter(items, place, sort);
  if (!descending) return after;
  const before = items[after - 1];
  const isThere = before !== undefined && compare(placeOf(before, sort), place) === 0;
  return isThere ? after - 2 : after - 1;
}

/** Returns the index of the first item after `place`. */
function firstAfter(
  items: readonly IndexedRepository[],
  place: Place,
  sort: RepositorySort,
): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && compare(placeOf(item, sort), place) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
