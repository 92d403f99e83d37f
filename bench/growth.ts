/**
 * Checks times and memory against limits, for large stores, large blobs and many clients at once.
 *
 *   npm run bench:growth
 *   npm run bench:growth -- --tags 10000 --repositories 1000 --blobs 50000 --gib 1     a smaller store
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { exitOnSignals } from '../test/support/exit-on-signals.ts';
import { printChecks, type Check } from './checks.ts';
import { costOf, median } from './figures.ts';
import { firstAnswerMs } from './first-answer.ts';
import { buildGrowthStore, type GrowthStore } from './growth-store.ts';
import { buildLoad, runLoad, type LoadResult } from './load.ts';
import { berthOn, freshDirectory, type RunningRegistry } from './registries.ts';

interface Plan extends GrowthStore {
  /** The size of the huge blob. */
  readonly gib: number;
}

/** A store in which a row measures: the flags of the load program, and the title of the row. */
interface Place {
  readonly title: string;
  readonly flags: Readonly<Record<string, string | number>>;
}

const STARTS = 5;
const ROUNDS = 3;
const FIRST_ANSWER_MS = 500;
const IDLE_MIB = 110;
const HUGE_MIB_ABOVE_IDLE = 150;
const SLOW_PULLS_MIB = 400;
const PAGE_MS = 20;
/** The most that an operation may cost in a large store, compared with a small one, in CPU time. */
const MOST_TIMES = 1.5;

async function main(): Promise<void> {
  const plan = readPlan();
  buildLoad();
  const checks = [...(await ofEmptyStore(plan)), ...(await ofLargeStore(plan))];
  if (!printChecks(checks)) process.exitCode = 1;
}

async function ofEmptyStore({ gib }: Plan): Promise<Check[]> {
  const path = freshDirectory();
  const start = await startTime('an empty store', path);
  const [push, pull] = await withBerth(path, (running) =>
    runLoad(running, ['push-huge', 'pull-huge'], { gib }),
  );
  const [slow] = await withBerth(path, (running) => runLoad(running, ['slow-pulls'], {}));
  rmSync(path, { recursive: true, force: true });
  const above = (what: string, result: LoadResult | undefined): Check => ({
    what: `memory above idle: ${what} of ${gib} GiB`,
    value: (result?.peakMiB ?? NaN) - (push?.idleMiB ?? NaN),
    unit: 'MiB',
    limit: HUGE_MIB_ABOVE_IDLE,
  });
  return [
    start,
    { what: 'memory, idle', value: push?.idleMiB ?? NaN, unit: 'MiB', limit: IDLE_MIB },
    above('a push', push),
    above('a pull', pull),
    {
      what: 'memory: 1,000 slow pulls at once',
      value: slow?.peakMiB ?? NaN,
      unit: 'MiB',
      limit: SLOW_PULLS_MIB,
    },
  ];
}

async function ofLargeStore(plan: Plan): Promise<Check[]> {
  const path = freshDirectory();
  console.error('building the large store');
  await buildGrowthStore(path, plan);
  const start = await startTime('the large store', path);
  const checks = await withBerth(path, async (running) => [
    ...(await growth(running, plan)),
    ...(await pageAfterTag(running, plan)),
  ]);
  rmSync(path, { recursive: true, force: true });
  return [start, ...checks];
}

async function startTime(what: string, path: string): Promise<Check> {
  const times: number[] = [];
  while (times.length < STARTS) times.push(await firstAnswerMs(path));
  const value = median(times);
  return { what: `first answer with ${what}`, value, unit: 'ms', limit: FIRST_ANSWER_MS };
}

/** Compares the CPU time of operations with those in a repository of 100 tags, on the same server and in turn. */
async function growth(running: RunningRegistry, plan: Plan): Promise<Check[]> {
  const few: Place = { title: '', flags: { repository: 'few', tags: 100 } };
  const large: readonly Place[] = [
    { title: `${count(plan.tags)} tags`, flags: { repository: 'tags', tags: plan.tags } },
    {
      title: `${count(plan.repositories)} repositories`,
      flags: { repository: 'many', repositories: plan.repositories, tags: 1 },
    },
    { title: `${count(plan.blobs)} blobs`, flags: { repository: 'blobs', tags: 100 } },
  ];
  const costs = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { title, flags } of [few, ...large]) {
      const results = await runLoad(running, ['stored-head-tag', 'stored-put-tag'], flags);
      for (const result of results) {
        const key = `${result.workload} ${title}`;
        // Noise only makes a result larger.
        costs.set(key, Math.min(costs.get(key) ?? Infinity, costOf(result)));
      }
    }
  }
  const operations = { 'stored-head-tag': 'HEAD by tag', 'stored-put-tag': 'PUT by tag' };
  return large.flatMap(({ title }) =>
    Object.entries(operations).map(([id, operation]) => ({
      what: `${operation}: CPU with ${title}, to that with 100 tags`,
      value: (costs.get(`${id} ${title}`) ?? NaN) / (costs.get(`${id} `) ?? NaN),
      unit: '×',
      limit: MOST_TIMES,
    })),
  );
}

async function pageAfterTag(running: RunningRegistry, { tags }: Plan): Promise<Check[]> {
  const [page, others] = await runLoad(running, ['stored-page'], { repository: 'tags', tags });
  const right = `n=100 of ${count(tags)} tags right after one was set`;
  return [
    { what: `${right}: median`, value: page?.p50Ms ?? NaN, unit: 'ms', limit: PAGE_MS },
    {
      what: `${right}: others' longest wait`,
      value: others?.maxMs ?? NaN,
      unit: 'ms',
      limit: PAGE_MS,
    },
  ];
}

async function withBerth<T>(
  path: string,
  work: (running: RunningRegistry) => Promise<T>,
): Promise<T> {
  // Without the collector, which `npm run test:gc-scale` measures.
  const running = await berthOn(path, { REGISTRY_GC_INTERVAL: '0s' });
  try {
    return await work(running);
  } finally {
    await running.stop();
  }
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      tags: { type: 'string', default: '100000' },
      repositories: { type: 'string', default: '10000' },
      blobs: { type: 'string', default: '1000000' },
      gib: { type: 'string', default: '10' },
    },
  });
  const number = (name: keyof Plan): number => {
    const value = Number(values[name]);
    if (value > 0) return value;
    throw new Error(`--${name} ${values[name]}: a number above 0 is required`);
  };
  return {
    tags: number('tags'),
    repositories: number('repositories'),
    blobs: number('blobs'),
    gib: number('gib'),
  };
}

exitOnSignals();

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
