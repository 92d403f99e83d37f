/**
 * Collects a store on disk without pause and without grace, until it receives a stop message; `--once` for one pass.
 *
 *   node test/suites/race/collector-process.ts DIRECTORY [--once]
 */
import { parseArgs } from 'node:util';

import type { CollectionRules } from '../../../src/storage/ports/collector.js';
import type { Storage } from '../../../src/storage/ports/storage.js';

/** The report to the parent about each pass. */
export interface PassReport {
  readonly collected: number;
  readonly freed: number;
}

interface Built {
  readonly openFilesystemStorage: (options: { path: string; touchAfterMs: number }) => Storage;
}

const DAY_MS = 86_400_000;

/**
 * A time ahead of the clock, so that even content of this millisecond is collected. Uploads are
 * left to their clients.
 */
const WITHOUT_GRACE = { graceMs: 0, keepUntagged: false, uploadTtlMs: DAY_MS, clockAheadMs: 1_000 };

/** A day ahead, so that everything that a crash left is old enough. */
const LAST_PASS = { ...WITHOUT_GRACE, uploadTtlMs: 0, clockAheadMs: DAY_MS, thorough: true };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { once: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const { openFilesystemStorage } = await loadBuilt();
  const storage = openFilesystemStorage({ path: positionals[0] ?? '', touchAfterMs: 0 });
  const orphaned = () => process.exit(1);
  let stopped = values.once;
  process.once('SIGTERM', () => {
    stopped = true;
  });
  // The process must not outlive its parent.
  process.once('disconnect', orphaned);
  if (values.once) process.send?.(await pass(storage, LAST_PASS));
  while (!stopped) process.send?.(await pass(storage, WITHOUT_GRACE));
  await storage.close();
  process.off('disconnect', orphaned);
  process.disconnect();
}

async function pass({ collector }: Storage, rules: CollectionRules): Promise<PassReport> {
  const report = { collected: 0, freed: 0 };
  if (collector === undefined) throw new Error('the storage has no collector');
  for await (const { freed } of collector.collect(rules)) {
    report.collected++;
    report.freed += freed;
  }
  return report;
}

/** Loads the built code. The path is computed, so that this file can be type-checked before the build. */
async function loadBuilt(): Promise<Built> {
  const path = '../../../dist/storage/filesystem/filesystem-storage.js';
  return (await import(new URL(path, import.meta.url).href)) as Built;
}

await main();
