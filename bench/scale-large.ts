/**
 * Pushes and pulls blobs that are larger than a single object of S3 may be, on PostgreSQL and S3, and compares their digests. Fails if the
 * server takes much more memory than when it is idle.
 *
 *   npm run test:scale:large                 5 GiB and 20 GiB, which need 26 GiB of disk
 *   npm run test:scale:large -- --gib 5
 */
import { parseArgs } from 'node:util';

import { printChecks, type Check } from './checks.ts';
import { buildLoad, runLoad, type LoadResult } from './load.ts';
import { type RunningRegistry } from './registries.ts';
import { berthsOn, newDatabase, startPostgres, startStore } from './scale-registries.ts';

/** An upload has at most four parts of 8 MiB in memory, or three of 32 MiB from 16 GiB on; the rest is what the collector of Node leaves. */
const MIB_ABOVE_IDLE = 300;

/** Enough for 20 GiB on a slow machine. */
const WITHIN_MS = 2 * 3_600_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { gib: { type: 'string', default: '5,20' } } });
  const sizes = values.gib.split(',').map(Number);
  if (!sizes.every((gib) => gib > 0)) {
    throw new Error(`--gib is ${values.gib}; allowed: numbers above 0, with commas between`);
  }
  buildLoad();
  const checks: Check[] = [];
  for (const gib of sizes) checks.push(...(await withServers((running) => measure(running, gib))));
  if (!printChecks(checks)) process.exitCode = 1;
}

async function measure(running: RunningRegistry, gib: number): Promise<Check[]> {
  const [push, pull] = await runLoad(running, ['push-huge', 'check-huge'], { gib }, WITHIN_MS);
  if (push === undefined || pull === undefined) throw new Error('the load did not end');
  const idle = push.idleMiB;
  const check = (what: string, { peakMiB, amount, seconds }: LoadResult): Check => ({
    what: `memory above ${idle.toFixed(0)} MiB: ${what} of ${gib} GiB, ${(amount / seconds).toFixed(0)} MB/s`,
    value: peakMiB - idle,
    unit: 'MiB',
    limit: MIB_ABOVE_IDLE,
  });
  return [check('a push', push), check('a pull', pull)];
}

async function withServers<T>(work: (running: RunningRegistry) => Promise<T>): Promise<T> {
  const [postgres, store] = [await startPostgres(), await startStore({ hasManyParts: true })];
  try {
    const settings = { ...store.environment, REGISTRY_BLOB_DELIVERY: 'stream' };
    const [running] = await berthsOn(await newDatabase(postgres), settings, 1);
    if (running === undefined) throw new Error('Berth does not run');
    try {
      return await work(running);
    } finally {
      await running.stop();
    }
  } finally {
    await store.stop();
    await postgres.dispose();
  }
}

// Handles signals with `exit`, so that servers and files are removed, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
