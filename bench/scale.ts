/**
 * Compares Berth on PostgreSQL and S3, as one instance and as two, with distribution v3 on the same S3 server: rates, CPU time, and the
 * requests to the S3 server. Checks that a request costs no more with a million blobs and 100,000 repositories than with a thousand blobs.
 *
 *   npm run bench:scale                                        writes its part of docs/benchmarks.md, too
 *   npm run bench:scale -- --parts lines --only blob-head      parts: lines, requests, growth; writes nothing
 *   npm run bench:scale -- --parts growth --blobs 10000 --repositories 1000
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { exitOnSignals } from '../test/support/exit-on-signals.ts';
import { type PostgresServer } from '../test/suites/scale/servers/postgres-server.ts';
import { printChecks, type Check } from './checks.ts';
import { buildLoad, type LoadResult } from './load.ts';
import { machineFacts } from './machine.ts';
import { freshDirectory } from './registries.ts';
import { interleave } from './rounds.ts';
import { growthChecks } from './scale-growth.ts';
import { linesTables, SCALE_WORKLOADS, type ScaleWorkload, type Variant } from './scale-lines.ts';
import { writeScaleSection } from './scale-page.ts';
import {
  berthOnS3,
  distributionOnS3,
  startPostgres,
  type RegistryOnS3,
} from './scale-registries.ts';
import { requestsTable } from './scale-requests.ts';

const PARTS = ['lines', 'requests', 'growth'];

interface Options {
  readonly parts: readonly string[];
  readonly workloads: readonly ScaleWorkload[];
  readonly rounds: number;
  readonly scale: number;
  readonly blobs: number;
  readonly repositories: number;
}

async function main(): Promise<void> {
  const options = readOptions();
  const [begin, [loadBefore = NaN]] = [performance.now(), loadavg()];
  buildLoad();
  const postgres = await startPostgres();
  try {
    const compared = {
      berths: [berthOnS3(postgres, 1), berthOnS3(postgres, 2)],
      others: [distributionOnS3(true), distributionOnS3(false)],
    };
    const measured = await measureParts(postgres, compared, options);
    if (!isWhole(options)) return;
    await writeScaleSection({
      command: ['npm run bench:scale', ...process.argv.slice(2)].join(' '),
      seconds: (performance.now() - begin) / 1_000,
      loads: [loadBefore, loadavg()[0] ?? NaN],
      rounds: options.rounds,
      scale: options.scale,
      machine: machineFacts(freshDirectory()),
      registries: [...compared.berths.slice(0, 1), ...compared.others.slice(0, 1)],
      ...measured,
    });
  } finally {
    await postgres.dispose();
  }
}

interface Compared {
  /** Berth as one instance, and as several. */
  readonly berths: readonly RegistryOnS3[];
  readonly others: readonly RegistryOnS3[];
}

interface MeasuredParts {
  readonly lines: string;
  readonly requests: string;
  readonly growth: readonly Check[];
}

async function measureParts(
  postgres: PostgresServer,
  compared: Compared,
  options: Options,
): Promise<MeasuredParts> {
  const wanted = (part: string): boolean => options.parts.includes(part);
  const lines = wanted('lines') ? await measureLines(compared, options) : '';
  console.log(lines);
  const counted = [...compared.berths.slice(0, 1), ...compared.others];
  const requests = wanted('requests') ? await requestsTable(counted) : '';
  console.log(requests);
  const growth = wanted('growth') ? await growthChecks(postgres, options) : [];
  if (wanted('growth') && !printChecks(growth)) process.exitCode = 1;
  return { lines, requests, growth };
}

async function measureLines({ berths, others }: Compared, options: Options): Promise<string> {
  const all = await interleave([...berths, ...others], options, () => true);
  const variant = (registry: RegistryOnS3, called: string): Variant => ({
    called,
    measured: all.get(registry) ?? new Map<string, LoadResult[]>(),
  });
  return linesTables(
    options.workloads,
    berths.map((registry) => variant(registry, registry.name.replace('Berth', ''))),
    others.map((registry) => variant(registry, registry.name)),
  );
}

function isWhole({ parts, workloads }: Options): boolean {
  return parts.length === PARTS.length && workloads.length === SCALE_WORKLOADS.length;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      parts: { type: 'string', default: PARTS.join(',') },
      only: { type: 'string', default: SCALE_WORKLOADS.map(({ id }) => id).join(',') },
      rounds: { type: 'string', default: '3' },
      scale: { type: 'string', default: '0.3' },
      blobs: { type: 'string', default: '1000000' },
      repositories: { type: 'string', default: '100000' },
    },
  });
  return {
    parts: chosen('parts', values.parts, PARTS),
    workloads: workloadsOf(values.only),
    rounds: positive('rounds', values.rounds),
    scale: positive('scale', values.scale),
    blobs: positive('blobs', values.blobs),
    repositories: positive('repositories', values.repositories),
  };
}

function workloadsOf(only: string): ScaleWorkload[] {
  const ids = SCALE_WORKLOADS.map(({ id }) => id);
  const wanted = chosen('only', only, ids);
  return SCALE_WORKLOADS.filter(({ id }) => wanted.includes(id));
}

function chosen(option: string, text: string, allowed: readonly string[]): string[] {
  const names = text.split(',');
  const unknown = names.find((name) => !allowed.includes(name));
  if (unknown === undefined) return names;
  throw new Error(`--${option} is ${unknown}; allowed: ${allowed.join(', ')}`);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${option} is ${text}; allowed: a number above 0`);
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
