/**
 * Compares the CPU time of this checkout with that of another one, both built, for every workload of the guard.
 *
 * Both run in turn, so other activity on the machine affects both alike. Each round gives one ratio per workload.
 *
 *   npm run bench:compare -- OTHER_CHECKOUT [--rounds 10] [--scale 1] [--only WORKLOAD] [--fsync] [--with NAME=VALUE]
 *
 * A server that was just started is slower, and needs about a thousand requests to become quick: `--scale` makes that part small.
 * `--with` is a setting of this checkout only, and may be repeated: what does a feature cost that is off by default?
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { costOf, spreadOf } from './figures.ts';
import { type LoadResult, buildLoad } from './load.ts';
import { berth, storeInMemory } from './registries.ts';
import { interleave } from './rounds.ts';
import { markdownTable, short } from './table.ts';
import { GUARDED, WORKLOADS } from './workloads.ts';

const LEAST_ROUNDS = 10;
const USAGE =
  'usage: npm run bench:compare -- OTHER_CHECKOUT [--rounds 10] [--scale 1] [--only WORKLOAD] [--fsync] [--with NAME=VALUE]';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: String(LEAST_ROUNDS) },
      scale: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [...GUARDED] },
      fsync: { type: 'boolean', default: false },
      with: { type: 'string', multiple: true, default: [] },
    },
  });
  const [other] = positionals;
  if (other === undefined || positionals.length > 1) throw new Error(USAGE);
  requireUsable(values);
  const options = { ...values, rounds: Number(values.rounds), scale: Number(values.scale) };
  if (!existsSync(join(other, 'dist/main.js'))) {
    throw new Error(`${other} is not built: run "npm ci && npm run build" there`);
  }
  buildLoad();
  storeInMemory();
  await compareWith(resolve(other), options, Object.fromEntries(values.with.map(settingOf)));
}

interface Options {
  readonly rounds: number;
  /** How much of the usual amount of each workload. */
  readonly scale: number;
  /** The ids of the workloads. */
  readonly only: readonly string[];
  readonly fsync: boolean;
}

/** Checks the options as they were typed. */
function requireUsable(typed: { rounds: string; scale: string; only: readonly string[] }): void {
  const rounds = Number(typed.rounds);
  if (!Number.isInteger(rounds) || rounds < LEAST_ROUNDS) {
    throw new Error(`--rounds is ${typed.rounds}; allowed: a whole number from ${LEAST_ROUNDS}`);
  }
  if (!(Number(typed.scale) > 0)) {
    throw new Error(`--scale is ${typed.scale}; allowed: a number above 0`);
  }
  const ids = WORKLOADS.map(({ id }) => id);
  const unknown = typed.only.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new Error(`--only is ${unknown}; allowed: ${ids.join(', ')}`);
}

function settingOf(given: string): [string, string] {
  const equals = given.indexOf('=');
  if (equals < 1) throw new Error(`--with is ${given}; allowed: NAME=VALUE`);
  return [given.slice(0, equals), given.slice(equals + 1)];
}

async function compareWith(
  checkout: string,
  { rounds, scale, only, fsync }: Options,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const settings = { REGISTRY_STORAGE_FSYNC: String(fsync) };
  const [ours, theirs] = [berth({ ...settings, ...extra }), berth(settings, checkout)];
  const workloads = WORKLOADS.filter(({ id }) => only.includes(id)).map((workload) => ({
    ...workload,
    // One start in each round serves all workloads.
    group: 'compare',
  }));
  const measured = await interleave([ours, theirs], { rounds, scale, workloads }, () => true);
  const rows = workloads.map(({ id, title }) => {
    const [own, others] = [measured.get(ours)?.get(id) ?? [], measured.get(theirs)?.get(id) ?? []];
    return [title, ...ratioCells(own, others)];
  });
  console.log(`CPU of ${ours.version} divided by that of ${theirs.version}, ${rounds} rounds\n`);
  console.log(markdownTable(['workload', 'median', 'least', 'most'], rows));
}

/** Returns the median, least and greatest of the ratios, paired round by round. */
function ratioCells(own: readonly LoadResult[], others: readonly LoadResult[]): string[] {
  const ratios = own.map((result, round) => {
    const other = others[round];
    return other === undefined ? NaN : costOf(result) / costOf(other);
  });
  const { median, least, most } = spreadOf(ratios);
  return [short(median), short(least), short(most)];
}

// Handles signals with `exit`, so that servers and files are removed, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
