/** How many items are yielded before other work can run. */
const ITEMS_A_TURN = 100;

/** Yields the items from index `from` on. Lets other work run after every hundred, for loops whose bodies are synchronous. */
export async function* yieldEvery<T>(items: readonly T[], from = 0): AsyncIterable<T> {
  for (let index = from; index < items.length; index++) {
    yield items[index] as T;
    if ((index - from) % ITEMS_A_TURN === ITEMS_A_TURN - 1) await nextTurn();
  }
}

/** Resolves in the next turn of the event loop, after other waiting work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
