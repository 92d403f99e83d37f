import { setTimeout as sleep } from 'node:timers/promises';

import { type Cluster } from './cluster.js';

/** Breaks something until `isOver`, and mends it at the end. Resolves to how often it did. */
export type Fault = (cluster: Cluster, isOver: () => boolean) => Promise<number>;

/** How often a process is killed. */
const EVERY_MS = 2_500;
/** How long a killed process is away, without its start. */
const AWAY_MS = 300;

/** The share of bad answers of the object store. */
const BAD_SHARE = 0.08;

/** How long the primary has answered when the standby takes over. */
const BEFORE_FAILOVER_MS = 3_000;

export const killInstances: Fault = (cluster, isOver) => {
  let next = 0;
  return again(isOver, async () => {
    const number = next++ % cluster.instances.count;
    await cluster.instances.kill(number);
    await sleep(AWAY_MS);
    await cluster.instances.restart(number);
  });
};

export const killDatabase: Fault = ({ postgres }, isOver) =>
  again(isOver, async () => {
    await postgres.kill();
    await sleep(AWAY_MS);
    await postgres.resume();
  });

export const killStore: Fault = ({ s3 }, isOver) =>
  again(isOver, async () => {
    await s3.kill();
    await sleep(AWAY_MS);
    await s3.resume();
  });

export const badAnswers: Fault = async ({ proxy }, isOver) => {
  const before = proxy.bad;
  proxy.share = BAD_SHARE;
  while (!isOver()) await sleep(100);
  proxy.share = 0;
  return proxy.bad - before;
};

/** Kills the primary once. Its synchronous standby takes over. */
export const promoteStandby: Fault = async (cluster, isOver) => {
  await sleep(BEFORE_FAILOVER_MS);
  await cluster.failOver();
  while (!isOver()) await sleep(100);
  return 1;
};

/** Begins `work` again and again, at regular times, until `isOver`. */
async function again(isOver: () => boolean, work: () => Promise<void>): Promise<number> {
  let times = 0;
  for (let next = Date.now() + EVERY_MS / 2; ; next += EVERY_MS) {
    while (Date.now() < next) {
      if (isOver()) return times;
      await sleep(50);
    }
    if (isOver()) return times;
    await work();
    times++;
  }
}
