/**
 * Collects a store on disk without pause and without grace, until it receives a stop message; `--once` for one pass.
 *
 *   node test/suites/race/collector-process.ts DIRECTORY [--once]
 */
import { parseArgs } from 'node:util';

import type { Collection } from '../../../src/upkeep/gc/collection.js';
import type { Collector } from '../../../src/upkeep/gc/collector.js';
import type { Storage } from '../../../src/storage/ports/storage.js';

/** The report to the parent about each pass. */
export interface PassReport {
  readonly collected: number;
  readonly freed: number;
}

interface Built {
  readonly Collector: typeof Collector;
  readonly Collection: typeof Collection;
  readonly openFilesystemStorage: (options: { path: string; touchAfterMs: number }) => Storage;
}

const AHEAD_MS = 1_000;
const DAY_MS = 86_400_000;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { once: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const { Collector, Collection, openFilesystemStorage } = await loadBuilt();
  const storage = openFilesystemStorage({ path: positionals[0] ?? '', touchAfterMs: 0 });
  const orphaned = () => process.exit(1);
  let stopped = values.once;
  process.once('SIGTERM', () => {
    stopped = true;
  });
  // A parent that died must not leave us behind.
  process.once('disconnect', orphaned);
  if (values.once) process.send?.(await lastPass(storage, Collection));
  while (!stopped) {
    // Ahead of the clock, so that not even what was pushed in this millisecond is spared.
    const options = { graceMs: 0, keepUntagged: false, now: () => Date.now() + AHEAD_MS };
    process.send?.(await pass(storage, new Collector(storage, options)));
  }
  await storage.close();
  process.off('disconnect', orphaned);
  process.disconnect();
}

async function pass(storage: Storage, collector: Collector): Promise<PassReport> {
  const report = { collected: 0, freed: 0 };
  for await (const repository of storage.garbage.repositories()) {
    for await (const { freed } of collector.collect(repository)) {
      report.collected++;
      report.freed += freed;
    }
  }
  return report;
}

/** All that a registry does in a pass of its own, as if a day had gone by: what a crash leaves is old enough then. */
async function lastPass(storage: Storage, collection: Built['Collection']): Promise<PassReport> {
  const report = { collected: 0, freed: 0 };
  const times = { graceMs: 0, uploadTtlMs: 0, now: () => Date.now() + DAY_MS };
  const options = { ...times, keepUntagged: false, sweepPasses: 1 };
  for await (const { freed } of new collection(storage, options).run()) {
    report.collected++;
    report.freed += freed;
  }
  return report;
}

/** The code that ships; its place is no constant, so that these files can be checked before it is built. */
async function loadBuilt(): Promise<Built> {
  const dist = new URL('../../../dist/', import.meta.url);
  const parts: unknown[] = await Promise.all(
    [
      'upkeep/gc/collector.js',
      'upkeep/gc/collection.js',
      'storage/filesystem/filesystem-storage.js',
    ].map((path) => import(new URL(path, dist).href) as Promise<unknown>),
  );
  return Object.assign({}, ...parts) as Built;
}

await main();
