import { setTimeout as sleep } from 'node:timers/promises';

import { type Victim } from './victim.js';

/** A client that has waited for this long has seen enough. */
const GIVES_UP_MS = 10_000;

/** Asks from other connections while `attack` runs, and returns the longest time in milliseconds. */
export async function latencyDuring(
  victim: Victim,
  attack: () => Promise<unknown>,
): Promise<number> {
  let worst = 0;
  const ended = attack();
  for (let isOver: unknown = false; isOver !== true;) {
    worst = Math.max(worst, await latencyOf(`${victim.process.url}/v2/`, 'HEAD'));
    isOver = await Promise.race([ended.then(() => true), sleep(50)]);
  }
  return worst;
}

/** Resolves to the milliseconds until one request has its whole response. */
export async function latencyOf(url: string, method: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(url, { method, signal: AbortSignal.timeout(GIVES_UP_MS) });
  await response.arrayBuffer();
  return performance.now() - begin;
}
