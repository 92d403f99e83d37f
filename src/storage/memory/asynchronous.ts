/** Runs `work` at once and returns its outcome as a promise. An error becomes a rejection. */
export function promiseOf<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

/** Yields the items that `items` returns. It is called when the iteration begins. */
export async function* listing<T>(items: () => Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* await promiseOf(items);
}
