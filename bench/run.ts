/**
 * Berth beside other registries, under the same loads on the same machine.
 *
 *   npm run bench                                     writes docs/benchmarks.md, too
 *   npm run bench -- --only blob-head,push            workloads, or groups of them; writes nothing
 *   npm run bench -- --rounds 1 --scale 0.1           fewer rounds, and a tenth of the usual amount
 */
import { parseArgs } from 'node:util';

import { compare } from './figures.ts';
import { buildLoad, type LoadResult } from './load.ts';
import { machineFacts } from './machine.ts';
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
  const [durable, loose, others] = [berth(), berth({ REGISTRY_STORAGE_FSYNC: 'false' }), peers()];
  if (others.length === 0) console.error('No peers are here: .ci/install-tools bench');
  const does = (registry: Registry, workload: Workload): boolean => {
    if (registry === loose) return workload.withoutFsync === true;
    return registry === durable || workload.alone !== true;
  };
  const measured = await interleave([durable, loose, ...others], plan, does);
  const of = (registry: Registry): Measured =>
    measured.get(registry) ?? new Map<string, LoadResult[]>();
  const lines = linesOf(plan, of(durable), of(loose), others.map(of));
  console.log(table(lines));
  if (only !== '') return;
  await writePage({
    command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace('bench ', 'bench -- '),
    ...plan,
    seconds: (performance.now() - begin) / 1_000,
    machine: machineFacts(freshDirectory()),
    berth: durable,
    peers: others,
    lines,
  });
}

function linesOf(
  { workloads }: Plan,
  durable: Measured,
  loose: Measured,
  others: readonly Measured[],
): Line[] {
  return workloads.flatMap((workload) =>
    [durable, ...(workload.withoutFsync ? [loose] : [])].map((measured) => {
      const rivals = others.flatMap((other) => [other.get(workload.id) ?? []]);
      const berths = measured.get(workload.id) ?? [];
      const comparison = compare(workload, berths, workload.alone ? [] : rivals);
      return { workload, withoutFsync: measured === loose, comparison };
    }),
  );
}

function chosen(only: string): readonly Workload[] {
  if (only === '') return WORKLOADS;
  return only.split(',').flatMap((name) => {
    const found = WORKLOADS.filter(({ id, group }) => id === name || group === name);
    if (found.length > 0) return found;
    const known = [...new Set(WORKLOADS.flatMap(({ id, group }) => [group, id]))].join(', ');
    throw new Error(`--only ${name}: there are ${known}`);
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

// A signal ends this process by `exit`, so that servers and files are gone, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
