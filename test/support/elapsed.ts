/** How many milliseconds `work` takes; what it throws is no matter. For limits that only a hang goes beyond. */
export function elapsed(work: () => unknown): number {
  const begin = performance.now();
  try {
    work();
  } catch {
    // A refusal is an answer too: only the time counts.
  }
  return performance.now() - begin;
}
