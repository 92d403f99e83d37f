/** How many items are gone through before the event loop gets a turn for everybody else. */
const ITEMS_A_TURN = 100;

/** `items` one after the other, with a turn of the event loop between long rows: for loops whose bodies are synchronous. */
export async function* inTurns<T>(items: Iterable<T>): AsyncIterable<T> {
  let count = 0;
  for (const item of items) {
    yield item;
    if (++count % ITEMS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
