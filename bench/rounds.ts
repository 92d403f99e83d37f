import { runLoad, type LoadResult } from './load.ts';
import { type Registry } from './registries.ts';
import { type Workload } from './workloads.ts';

export interface Plan {
  readonly rounds: number;
  readonly scale: number;
  readonly workloads: readonly Workload[];
}

/** Workload → its results, one for each round. */
export type Measured = Map<string, LoadResult[]>;

/**
 * Runs the same loads on the registries in turn: in each round, each group of workloads on one
 * after the other.
 *
 * So other activity on the machine affects all of them alike.
 */
export async function interleave(
  registries: readonly Registry[],
  plan: Plan,
  does: (registry: Registry, workload: Workload) => boolean,
): Promise<Map<Registry, Measured>> {
  const all = new Map(registries.map((registry) => [registry, new Map() as Measured]));
  for (let round = 0; round < plan.rounds; round++) {
    for (const group of new Set(plan.workloads.map(({ group }) => group))) {
      for (const registry of rotated(registries, round)) {
        const wanted = plan.workloads.filter(
          (workload) => workload.group === group && does(registry, workload),
        );
        if (wanted.length === 0) continue;
        process.stderr.write(`round ${round + 1}/${plan.rounds}: ${group}, ${registry.name}\n`);
        add(all.get(registry), await measureOn(registry, wanted, plan.scale));
      }
    }
  }
  return all;
}

async function measureOn(
  registry: Registry,
  workloads: readonly Workload[],
  scale: number,
): Promise<LoadResult[]> {
  const running = await registry.start();
  try {
    return await runLoad(
      running,
      workloads.map(({ id }) => id),
      { scale },
    );
  } finally {
    await running.stop();
  }
}

function add(measured: Measured | undefined, results: readonly LoadResult[]): void {
  for (const result of results) {
    const rounds = measured?.get(result.workload) ?? [];
    measured?.set(result.workload, [...rounds, result]);
  }
}

/** Starts each round with another registry, so that none always runs after the one with the most load. */
function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
