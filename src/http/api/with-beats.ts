import { setTimeout as delay } from 'node:timers/promises';

/** Yields the items, and `beat` whenever the next one takes longer than `everyMs` milliseconds. */
export async function* withBeats<T>(
  items: AsyncGenerator<T>,
  beat: T,
  everyMs: number,
): AsyncGenerator<T> {
  try {
    for (;;) {
      const next = items.next();
      while (!(await isSettledWithin(next, everyMs))) yield beat;
      const item = await next;
      if (item.done === true) return;
      yield item.value;
    }
  } finally {
    await items.return(undefined);
  }
}

/** Resolves to whether the work succeeds or fails within `ms` milliseconds. */
export async function isSettledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, delay(ms, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
