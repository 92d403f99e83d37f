/**
 * Measures what a million events that wait for a webhook cost at the start and in memory. Fails if it is more than a little.
 *
 *   npm run bench:events
 *   npm run bench:events -- --events 10000 --rounds 3     a quick try
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type * as writer from '../src/storage/filesystem/events/event-writer.ts';
import type * as names from '../src/domain/repository-name.ts';
import { freePort, PROJECT_ROOT } from '../test/support/server-process.ts';
import { residentMiB } from './api-measure.ts';
import { printChecks } from './checks.ts';
import { median } from './figures.ts';
import { firstAnswerMs } from './first-answer.ts';
import { berthOn, freshDirectory } from './registries.ts';

const MORE_MS = 50;
const MORE_MIB = 64;
/** A webhook begins with the first event after it was added, and the process that delivers takes its turn every second. */
const ADDED_MS = 4_000;
/** Long enough to read what waits, and to try the first deliveries. */
const DELIVERING_MS = 10_000;
const AT_ONCE = 1_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '15' },
    },
  });
  const [count, rounds] = [Number(values.events), Number(values.rounds)];
  if (!(count > 0 && rounds > 0)) throw new Error('--events and --rounds are numbers above 0');
  const directory = freshDirectory();
  try {
    await measure(directory, count, rounds);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(directory: string, count: number, rounds: number): Promise<void> {
  const environment = { REGISTRY_EVENTS_FILE: await writeEventsFile(directory) };
  const [few, many] = [join(directory, 'few'), join(directory, 'many')];
  for (const store of [few, many]) await memoryAfter(store, environment, ADDED_MS);
  await appendEvents(many, count);
  const [usual, waiting]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    usual.push(await firstAnswerMs(few, environment));
    waiting.push(await firstAnswerMs(many, environment));
  }
  const memory = await memoryAfter(few, environment, DELIVERING_MS);
  const more = (await memoryAfter(many, environment, DELIVERING_MS)) - memory;
  console.log(`${count} events wait. A usual start takes ${median(usual).toFixed(0)} ms.\n`);
  const start = median(waiting) - median(usual);
  const passed = printChecks([
    { what: 'start, more than usual', value: start, unit: 'ms', limit: MORE_MS },
    { what: 'resident memory, more than usual', value: more, unit: 'MiB', limit: MORE_MIB },
  ]);
  if (!passed) process.exitCode = 1;
}

/** Writes a file with a webhook that nobody answers, and with limits that keep all events. */
async function writeEventsFile(directory: string): Promise<string> {
  const path = join(directory, 'events.yaml');
  const url = `http://127.0.0.1:${await freePort()}/`;
  const webhook = `webhooks:\n  - { name: ci, url: '${url}', format: distribution }\n`;
  writeFileSync(path, `keep: { days: 7, bytes: 4GiB }\n${webhook}`);
  return path;
}

/** Returns the resident memory of a server on the store after a time. */
async function memoryAfter(
  store: string,
  environment: Readonly<Record<string, string>>,
  milliseconds: number,
): Promise<number> {
  mkdirSync(store, { recursive: true });
  const running = await berthOn(store, environment);
  await sleep(milliseconds);
  const memory = residentMiB(running);
  await running.stop();
  return memory;
}

/** Appends events to the store as a registry does. */
async function appendEvents(store: string, count: number): Promise<void> {
  const built = (file: string): Promise<unknown> => import(join(PROJECT_ROOT, 'dist', file));
  const { EventWriter } = (await built(
    'storage/filesystem/events/event-writer.js',
  )) as typeof writer;
  const { parseRepositoryName } = (await built('domain/repository-name.js')) as typeof names;
  const repository = parseRepositoryName('team/app');
  const digest = `sha256:${'0'.repeat(64)}`;
  const events = new EventWriter({
    root: join(store, 'events'),
    isPresent: () => true,
    segmentBytes: 8 * 1024 ** 2,
    idleMs: 60_000,
    now: Date.now,
  });
  const pushed = { type: 'manifest.pushed', repository, data: { digest, tags: ['1.0'] } } as const;
  for (let left = count; left > 0; left -= AT_ONCE) {
    events.append(Array.from({ length: Math.min(left, AT_ONCE) }, () => pushed));
  }
  if (events.counts.lost > 0) throw new Error(`${events.counts.lost} events were not stored`);
}

await main();
