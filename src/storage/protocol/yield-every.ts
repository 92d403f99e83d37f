/** How many items are yielded before other work can run. */
const ITEMS_A_TURN = 100;

/** How many items of a batch are compared, which takes a millisecond or two. */
const ITEMS_A_BATCH = 2_000;

/** Yields the items from index `from` on. Lets other work run after every hundred, for loops whose bodies are synchronous. */
export async function* yieldEvery<T>(items: readonly T[], from = 0): AsyncIterable<T> {
  for (let index = from; index < items.length; index++) {
    yield items[index] as T;
    if ((index - from) % ITEMS_A_TURN === ITEMS_A_TURN - 1) await nextTurn();
  }
}

/**
 * Yields all items in batches. Lets other work run between two batches.
 *
 * @param weightOf returns how many things an item has that are compared; by default one
 */
export async function* inBatches<T>(
  items: readonly T[],
  weightOf: (item: T) => number = () => 1,
): AsyncIterable<readonly T[]> {
  let [from, weight] = [0, 0];
  for (const [index, item] of items.entries()) {
    weight += weightOf(item);
    if (weight < ITEMS_A_BATCH) continue;
    yield items.slice(from, index + 1);
    await nextTurn();
    [from, weight] = [index + 1, 0];
  }
  if (from < items.length) yield items.slice(from);
}

/** Resolves in the next turn of the event loop, after other waiting work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How many bytes are parsed in one turn, and how many items are followed. Both take a few milliseconds. */
const BYTES_A_TURN = 512 * 1024;
const ITEMS_FOLLOWED_A_TURN = 2_000;

/** Lets other work run from time to time during one long piece of synchronous work. */
export class Turns {
  private bytes = 0;
  private items = 0;

  /** Waits for the next turn if the work since the last one, with `bytes` more, is enough for a turn. */
  async afterBytes(bytes: number): Promise<void> {
    this.bytes += bytes;
    if (this.bytes < BYTES_A_TURN) return;
    this.bytes = 0;
    await nextTurn();
  }

  /** As `afterBytes`, for items that each take a microsecond. */
  async afterItems(items: number): Promise<void> {
    this.items += items;
    if (this.items < ITEMS_FOLLOWED_A_TURN) return;
    this.items = 0;
    await nextTurn();
  }
}
