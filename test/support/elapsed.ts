/** Returns how many milliseconds `work` takes, even if it throws. For limits that only a hang exceeds. */
export function elapsed(work: () => unknown): number {
  const begin = performance.now();
  try {
    work();
  } catch {
    // Only the time matters here.
  }
  return performance.now() - begin;
}
