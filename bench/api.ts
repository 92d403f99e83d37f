/**
 * Measures each GET of the API on a large store, and what another client waits meanwhile. Fails if a record or a page takes too long.
 *
 *   npm run bench:api
 *   npm run bench:api -- --repositories 100 --tags 200 --blobs 2000 --seconds 1     a small store
 *
 * A line has 200 requests, or as many as `--seconds` allow. `--only TEXT` measures the lines with that text in them. `--store DIRECTORY`
 * makes the store there and keeps it, or uses that of an earlier run, which needs no other collection.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { HeadClient } from './api-heads.ts';
import { measure, probed, residentMiB, send, usedMiB, type Measured } from './api-measure.ts';
import { apiRoutes, FRESH, freshRow } from './api-routes.ts';
import { BIG, buildApiStore, FreshRepositories, type StoredTag } from './api-store.ts';
import { printChecks, type Check } from './checks.ts';
import { median, percentile } from './figures.ts';
import { sixDigits } from './growth-store.ts';
import { berthOn, freshDirectory, type RunningRegistry } from './registries.ts';
import { markdownTable, short } from './table.ts';

interface Plan {
  readonly repositories: number;
  readonly tags: number;
  readonly blobs: number;
  readonly seconds: number;
  readonly only: string;
  readonly store: string | undefined;
}

const ANSWER_MS = 100;
const HEAD_MS = 20;
const MORE_MIB = 64;
const ALONE_MS = 5_000;

async function main(): Promise<void> {
  const plan = readPlan();
  const path = plan.store ?? freshDirectory();
  const tags = await storeAt(path, plan);
  const fresh = new FreshRepositories(path, FRESH, plan.tags);
  const memory = join(freshDirectory(), 'memory');
  const running = await berthOn(path, { REGISTRY_GC_INTERVAL: '0s', ...probed(memory) });
  try {
    if (!existsSync(join(path, 'statistics/snapshot'))) await collect(running.url);
    await measureAll(running, { tags, fresh, memory, plan });
  } finally {
    await running.stop();
    if (plan.store === undefined) rmSync(path, { recursive: true, force: true });
  }
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      repositories: { type: 'string', default: '10000' },
      tags: { type: 'string', default: '5000' },
      blobs: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '20' },
      only: { type: 'string', default: '' },
      store: { type: 'string' },
    },
  });
  const [repositories, tags, blobs] = [values.repositories, values.tags, values.blobs].map(Number);
  if (!repositories || !tags || blobs === undefined || Number.isNaN(blobs)) {
    throw new Error(
      '--repositories, --tags and --blobs are numbers, of which only --blobs may be 0',
    );
  }
  const { only, store } = values;
  return { repositories, tags, blobs, seconds: Number(values.seconds), only, store };
}

/** Resolves to the tags of the big repository of a new store, or of one that exists. */
async function storeAt(path: string, plan: Plan): Promise<readonly StoredTag[]> {
  const list = join(path, 'spare/tags.json');
  if (existsSync(list)) return JSON.parse(readFileSync(list, 'utf8')) as StoredTag[];
  console.error('building the store');
  mkdirSync(path, { recursive: true });
  const tags = await buildApiStore(path, plan);
  writeFileSync(list, JSON.stringify(tags));
  return tags;
}

/** Runs one collection, which counts every repository. */
async function collect(url: string): Promise<void> {
  console.error('collecting');
  await send(`${url}/api/v1/gc/run`, 'POST');
  for (;;) {
    const { body } = await send(`${url}/api/v1/gc`, 'GET');
    const { running, last } = JSON.parse(body) as { running: boolean; last?: { result: string } };
    if (!running && last !== undefined) return;
    await sleep(200);
  }
}

interface Subject {
  readonly tags: readonly StoredTag[];
  readonly fresh: FreshRepositories;
  /** The file in which the server says how much memory it uses. */
  readonly memory: string;
  readonly plan: Plan;
}

async function measureAll(running: RunningRegistry, subject: Subject): Promise<void> {
  const { tags, fresh, memory, plan } = subject;
  const load = loadavg()[0] ?? NaN;
  const heads = new HeadClient(headsOf(running.url, tags, plan.repositories));
  try {
    await sleep(1_000);
    await heads.take();
    await sleep(ALONE_MS);
    const alone = await heads.take();
    const [resident, used] = [residentMiB(running), await usedMiB(running, memory)];
    const { rows, unmeasured } = apiRoutes(tags, plan.repositories);
    const all = [...rows, freshRow((at) => fresh.reveal(at))];
    const chosen = all.filter(({ title }) => title.includes(plan.only));
    const measured: Measured[] = [];
    for (const row of chosen) {
      console.error(row.title);
      measured.push(await measure(running, heads, row, plan.seconds));
    }
    const more = (await usedMiB(running, memory)) - used;
    printTable(measured);
    for (const route of unmeasured) console.log(`not measured: ${route}`);
    console.log(`\nload average: ${short(load)} before, ${short(loadavg()[0] ?? NaN)} after`);
    const residents = [resident, residentMiB(running)].map(short);
    console.log(`resident memory: ${residents.join(' MiB before, ')} MiB after\n`);
    if (!printChecks(checksOf(measured, alone, more))) process.exitCode = 1;
  } finally {
    await heads.stop();
  }
}

/** Returns the requests of the other client: manifests by tag and by digest, and blobs. */
function headsOf(url: string, tags: readonly StoredTag[], repositories: number): string[] {
  return tags
    .slice(0, 500)
    .flatMap(({ tag, digest, config }, at) => [
      `${url}/v2/${BIG}/manifests/${tag}`,
      `${url}/v2/${BIG}/blobs/${config}`,
      `${url}/v2/${BIG}/manifests/${digest}`,
      `${url}/v2/many/r${sixDigits((at * 17) % repositories)}/manifests/latest`,
    ]);
}

function printTable(measured: readonly Measured[]): void {
  const head = [
    'request',
    'first',
    'p50',
    'p99',
    'max',
    'requests',
    'CPU',
    'HEAD p99',
    'HEAD max',
    'MiB',
  ];
  const rows = measured.map(({ title, first, times, cpu, others, residentMiB }) => [
    title,
    ...[first, median(times), percentile(times, 99), Math.max(...times)].map(short),
    String(times.length),
    ...[cpu, percentile(others, 99), Math.max(...others), residentMiB].map(short),
  ]);
  console.log(
    `In milliseconds. CPU is that of the server for each request, with the HEADs meanwhile.\n`,
  );
  console.log(markdownTable(head, rows));
}

function checksOf(measured: readonly Measured[], alone: readonly number[], more: number): Check[] {
  const limited = measured.filter(({ limited }) => limited);
  const others = limited.flatMap((one) => one.others);
  return [
    ...limited.map(({ title, times }) => {
      return { what: `${title}, p99`, value: percentile(times, 99), unit: 'ms', limit: ANSWER_MS };
    }),
    { what: 'HEAD alone, p99', value: percentile(alone, 99), unit: 'ms', limit: HEAD_MS },
    { what: 'HEAD meanwhile, p99', value: percentile(others, 99), unit: 'ms', limit: HEAD_MS },
    { what: 'memory in use, more than before', value: more, unit: 'MiB', limit: MORE_MIB },
  ];
}

await main();
