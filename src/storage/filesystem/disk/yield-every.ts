/** How many items are gone through before the event loop gets a turn for everybody else. */
const ITEMS_A_TURN = 100;

/** `items`, from an index on, one after the other, with a turn of the event loop between long rows: for loops whose bodies are synchronous. */
export async function* yieldEvery<T>(items: readonly T[], from = 0): AsyncIterable<T> {
  for (let index = from; index < items.length; index++) {
    yield items[index] as T;
    if ((index - from) % ITEMS_A_TURN === ITEMS_A_TURN - 1) await nextTurn();
  }
}

/** Lets everybody else go first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
