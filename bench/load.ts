import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { type RunningRegistry } from './registries.ts';

const LOAD_PROGRAM = join(PROJECT_ROOT, '.tools/bin/berth-load');
/** Ends a run against a server that never responds. */
const LOAD_WITHIN_MS = 300_000;

/** The result of one workload: `result` in bench/load/measure.go. */
export interface LoadResult {
  readonly workload: string;
  readonly unit: 'MB' | 'op';
  readonly amount: number;
  readonly seconds: number;
  readonly serverSeconds: number;
  /** CPU time of the servers that the registry uses, by name. */
  readonly besideSeconds?: Readonly<Record<string, number>>;
  readonly clientSeconds: number;
  readonly idleMiB: number;
  readonly peakMiB: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Compiles the load program, quickly if nothing has changed. Throws without Go. */
export function buildLoad(): void {
  const folder = join(PROJECT_ROOT, 'bench/load');
  execFileSync('go', ['build', '-o', LOAD_PROGRAM, '.'], { cwd: folder, stdio: 'inherit' });
}

/** Runs the given workloads on one server, one after the other, within a time. `options` are further flags of the program. */
export async function runLoad(
  registry: RunningRegistry,
  workloads: readonly string[],
  options: Readonly<Record<string, string | number>>,
  withinMs = LOAD_WITHIN_MS,
): Promise<LoadResult[]> {
  const flags: Readonly<Record<string, string | number>> = {
    url: [registry.url, ...(registry.furtherUrls ?? [])].join(','),
    pid: registry.pids.join(','),
    beside: Object.entries(registry.beside ?? {})
      .map(([name, pid]) => `${name}=${pid}`)
      .join(','),
    workloads: workloads.join(','),
    ...options,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`-${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(LOAD_PROGRAM, args, { timeout: withinMs });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LoadResult);
}
