/**
 * Compares Berth with other registries, under the same loads on the same machine.
 *
 *   npm run bench                                     writes docs/benchmarks.md, too
 *   npm run bench -- --only blob-head,push            workloads, or groups of them; writes nothing
 *   npm run bench -- --rounds 1 --scale 0.1           fewer rounds, and a tenth of the usual amount
 */
import { parseArgs } from 'node:util';

import { exitOnSignals } from '../test/support/exit-on-signals.ts';
import { compare } from './figures.ts';
import { buildLoad, type LoadResult } from './load.ts';
import { machineFacts } from './machine.ts';
import { berthBehindNginx } from './nginx.ts';
import { writePage } from './page.ts';
import { berth, freshDirectory, peers, type Registry } from './registries.ts';
import { interleave, type Measured, type Plan } from './rounds.ts';
import { table, type Line } from './table.ts';
import { WORKLOADS, type Workload } from './workloads.ts';

async function main(): Promise<void> {
  const { only, ...options } = readOptions();
  const plan = { ...options, workloads: chosen(only) };
  const begin = performance.now();
  buildLoad();
  const others = peers();
  const plain = berth();
  const variants: readonly Variant[] = [
    { registry: plain, called: '', does: () => true },
    {
      registry: berth({ REGISTRY_STORAGE_FSYNC: 'false' }),
      called: ', no fsync',
      does: ({ withoutFsync }) => withoutFsync === true,
    },
    {
      registry: berthBehindNginx(),
      called: ', through nginx',
      does: ({ throughNginx }) => throughNginx === true,
    },
  ];
  if (others.length === 0) console.error('No peers are installed: .ci/install-tools bench');
  const does = (registry: Registry, workload: Workload): boolean => {
    const variant = variants.find((candidate) => candidate.registry === registry);
    return variant === undefined ? workload.alone !== true : variant.does(workload);
  };
  const berths = variants.map(({ registry }) => registry);
  const measured = await interleave([...berths, ...others], plan, does);
  const of = (registry: Registry): Measured =>
    measured.get(registry) ?? new Map<string, LoadResult[]>();
  const lines = linesOf(plan, variants, others, of);
  console.log(table(lines));
  if (only !== '') return;
  await writePage({
    command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- '),
    ...plan,
    seconds: (performance.now() - begin) / 1_000,
    machine: machineFacts(freshDirectory()),
    berth: plain,
    peers: others,
    lines,
  });
}

/** A configuration of Berth that is compared with the same peers. */
interface Variant {
  readonly registry: Registry;
  readonly called: string;
  readonly does: (workload: Workload) => boolean;
}

function linesOf(
  { workloads }: Plan,
  variants: readonly Variant[],
  others: readonly Registry[],
  of: (registry: Registry) => Measured,
): Line[] {
  return workloads.flatMap((workload) =>
    variants
      .filter(({ does }) => does(workload))
      .map(({ registry, called }) => {
        const rivals = others.map((other) => of(other).get(workload.id) ?? []);
        const rounds = of(registry).get(workload.id) ?? [];
        const comparison = compare(workload, rounds, workload.alone ? [] : rivals);
        return { workload, variant: called, comparison };
      }),
  );
}

function chosen(only: string): readonly Workload[] {
  if (only === '') return WORKLOADS;
  return only.split(',').flatMap((name) => {
    const found = WORKLOADS.filter(({ id, group }) => id === name || group === name);
    if (found.length > 0) return found;
    const known = [...new Set(WORKLOADS.flatMap(({ id, group }) => [group, id]))].join(', ');
    throw new Error(`--only ${name}; allowed: ${known}`);
  });
}

function readOptions(): { only: string; rounds: number; scale: number } {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '3' },
      scale: { type: 'string', default: '1' },
    },
  });
  const rounds = Number(values.rounds);
  const scale = Number(values.scale);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: a whole number from 1');
  if (!(scale > 0)) throw new Error('--scale: a number above 0');
  return { only: values.only, rounds, scale };
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
