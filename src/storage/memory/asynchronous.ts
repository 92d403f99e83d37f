/** Does `work` at once and answers its outcome as a promise, so that what it throws is a rejection. */
export function promiseOf<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}

/** Lists `items`, which are computed when the listing begins. */
export async function* listing<T>(items: () => Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* await promiseOf(items);
}
