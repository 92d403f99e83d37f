import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/** Resolves when a condition holds. @throws Error if that takes longer than `withinMs`, which only a failure does */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  for (const late = Date.now() + withinMs; !(await isSo()); await delay(LOOK_EVERY_MS)) {
    if (Date.now() > late) throw new Error(`not within ${withinMs} ms: ${isSo.toString()}`);
  }
}
