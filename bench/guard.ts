/**
 * Fails when a workload costs about twice the CPU time that bench/guard.json has for it.
 *
 * The recorded values are ratios: Berth's cost divided by that of a very simple server, for a small request or for the same
 * bytes, measured in turn in the same minute. So a slow or busy machine does not fail it.
 *
 *   npm run bench:guard
 *   npm run bench:guard -- --record     writes the results into bench/guard.json
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { costOf } from './figures.ts';
import { buildLoad } from './load.ts';
import { berth, plainServer, storeInMemory } from './registries.ts';
import { interleave, type Measured } from './rounds.ts';
import { markdownTable, short } from './table.ts';
import { GUARDED, WORKLOADS } from './workloads.ts';

const RECORD = join(import.meta.dirname, 'guard.json');
/** Less than twice, so that a doubled cost is detected even in a lucky run; the noise is a fifth. */
const MAX_RATIO = 1.75;
/** The workloads of the plain server for comparison: bytes in, bytes out, and a small request. */
const PLAIN = ['push-64m-x1', 'pull-64m-x1', 'blob-head'];
const ROUNDS = 3;
const SCALE = 1;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
  buildLoad();
  storeInMemory();
  const ratios = await measureRatios();
  if (values.record) {
    const recorded = Object.fromEntries([...ratios].map(([id, ratio]) => [id, round(ratio)]));
    writeFileSync(RECORD, `${JSON.stringify(recorded, undefined, 2)}\n`);
  }
  const failed = judge(ratios, JSON.parse(readFileSync(RECORD, 'utf8')) as Record<string, number>);
  console.log(`${ratios.size - failed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

async function measureRatios(): Promise<Map<string, number>> {
  const subject = berth({ REGISTRY_STORAGE_FSYNC: 'false' });
  // One start in each round serves all workloads, because the guard has a minute and a start takes
  // a second.
  const workloads = WORKLOADS.filter(({ id }) => GUARDED.includes(id)).map((workload) => ({
    ...workload,
    group: 'guard',
  }));
  const plan = { rounds: ROUNDS, scale: SCALE, workloads };
  const measured = await interleave(
    [subject, plainServer],
    plan,
    (registry, { id }) => registry === subject || PLAIN.includes(id),
  );
  const cost = (id: string, of: Measured | undefined): number =>
    // Noise only makes a result larger.
    Math.min(...(of?.get(id) ?? []).map(costOf));
  const plain = (id: string): number =>
    cost(PLAIN.includes(id) ? id : 'blob-head', measured.get(plainServer));
  return new Map(GUARDED.map((id) => [id, cost(id, measured.get(subject)) / plain(id)]));
}

/** Prints the results, and returns how many are too high. */
function judge(
  ratios: ReadonlyMap<string, number>,
  recorded: Readonly<Record<string, number>>,
): number {
  let failed = 0;
  const rows = [...ratios].map(([id, ratio]) => {
    const usual = recorded[id];
    // A ratio that is not recorded or not measured is a failure.
    const good = usual !== undefined && ratio <= usual * MAX_RATIO;
    if (!good) failed++;
    return [id, short(ratio), usual === undefined ? 'none' : short(usual), good ? 'ok' : 'FAILED'];
  });
  console.log(markdownTable(['workload', 'cost', 'recorded', `at most ${MAX_RATIO} times`], rows));
  return failed;
}

function round(ratio: number): number {
  return Number(ratio.toPrecision(3));
}

// Handles signals with `exit`, so that servers and files are removed, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
