import { RegistryError } from '../../domain/errors.js';
import { isSettledWithin } from '../../http/api/with-beats.js';

/** A line about the work itself. */
export type WorkLine = { readonly progress: object } | { readonly failed: string };

/**
 * Yields how far some work is, until its first item comes, and then the items.
 *
 * A failure after a line of progress is a line as well, because the answer has begun.
 *
 * @param everyMs in milliseconds
 */
export async function* withProgress<T>(
  items: AsyncGenerator<T>,
  progress: () => object | undefined,
  everyMs: number,
): AsyncGenerator<T | WorkLine> {
  let hasBegun = false;
  try {
    const first = items.next();
    while (!(await isSettledWithin(first, everyMs))) {
      const now = progress();
      if (now === undefined) continue;
      hasBegun = true;
      yield { progress: now };
    }
    for (let next = await first; next.done !== true; next = await items.next()) yield next.value;
  } catch (error) {
    if (!hasBegun || !(error instanceof RegistryError)) throw error;
    yield { failed: error.message };
  } finally {
    await items.return(undefined);
  }
}
