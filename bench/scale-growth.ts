import { Client } from 'pg';

import { type PostgresServer } from '../test/suites/scale/servers/postgres-server.ts';
import { type Check } from './checks.ts';
import { median } from './figures.ts';
import { runLoad } from './load.ts';
import { type RunningRegistry } from './registries.ts';
import { fillingStatements, type GrowthRows } from './scale-growth-rows.ts';
import { costOfAll } from './scale-lines.ts';
import { berthsOn, nameOf, newDatabase, startStore, type Store } from './scale-registries.ts';

const ROUNDS = 5;
/** How much of the usual amount: enough for half a second of CPU time. */
const SCALE = 0.4;
/** The most that a request may cost with many rows, compared with few, in CPU time. It leaves room for noise only. */
const MOST_TIMES = 1.25;

/** What few rows are. */
const FEW: GrowthRows = { repositories: 100, blobs: 1_000 };

const OPERATIONS = {
  'stored-head-tag': 'manifest HEAD by tag',
  'stored-put-tag': 'manifest PUT by tag',
  'blob-head': 'blob HEAD',
  'blob-redirect': 'blob GET, redirect',
  'push-10k-x8': 'push of 10 KiB',
} as const;

interface Filled {
  readonly rows: GrowthRows;
  readonly database: string;
  readonly running: RunningRegistry;
}

/** Compares what a request costs with many blobs and repositories to what it costs with few. Both are asked in turn. */
export async function growthChecks(postgres: PostgresServer, many: GrowthRows): Promise<Check[]> {
  const [fewStore, manyStore] = [await startStore(), await startStore()];
  const few = await fill(postgres, fewStore, FEW);
  const large = await fill(postgres, manyStore, many);
  try {
    const ratios = await ratiosOf(few, large);
    return Object.entries(OPERATIONS).map(([id, what]) => ({
      what: `${what}: CPU with ${count(many.blobs)} blobs and ${count(many.repositories)} repositories, to that with ${count(FEW.blobs)} and ${count(FEW.repositories)}`,
      value: median(ratios.get(id) ?? []),
      unit: '×',
      limit: MOST_TIMES,
    }));
  } finally {
    for (const { database, running } of [few, large]) {
      await running.stop();
      await postgres.dropDatabase(nameOf(database));
    }
    for (const store of [fewStore, manyStore]) await store.stop();
  }
}

async function fill(postgres: PostgresServer, store: Store, rows: GrowthRows): Promise<Filled> {
  process.stderr.write(`filling ${count(rows.blobs)} blobs\n`);
  const database = await newDatabase(postgres);
  // First, because only a database without blobs claims an empty bucket.
  const [started] = await berthsOn(database, store.environment, 1);
  if (started === undefined) throw new Error('Berth does not run');
  await run(database, fillingStatements(rows));
  const beside = { PostgreSQL: postgres.pid, S3: store.pid };
  return { rows, database, running: { ...started, beside } };
}

async function run(database: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function ratiosOf(few: Filled, large: Filled): Promise<Map<string, number[]>> {
  const ratios = new Map<string, number[]>();
  // The first round only makes the new processes warm.
  for (let round = 0; round <= ROUNDS; round++) {
    process.stderr.write(`growth: round ${round}/${ROUNDS}\n`);
    for (const id of Object.keys(OPERATIONS)) {
      const order = round % 2 === 0 ? [few, large] : [large, few];
      const costs = new Map<Filled, number>();
      for (const place of order) costs.set(place, await costIn(place, id));
      const ratio = (costs.get(large) ?? NaN) / (costs.get(few) ?? NaN);
      if (round > 0) ratios.set(id, [...(ratios.get(id) ?? []), ratio]);
    }
  }
  return ratios;
}

async function costIn({ running, rows }: Filled, workload: string): Promise<number> {
  const flags = { repository: 'many', repositories: rows.repositories, tags: 1, scale: SCALE };
  const [result] = await runLoad(running, [workload], flags);
  return result === undefined ? NaN : costOfAll(result);
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
