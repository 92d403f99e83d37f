/**
 * Measures how long a test suite waits for a registry: the first of a process, including its loading, and further ones.
 *
 * A registry is ready when it has responded. Fails when the median of further ones is above 100 ms; single ones may be slowed
 * down by other activity on the machine.
 *
 *   npm run bench:ready
 */
import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';

import type * as testing from '../src/exports/testing.ts';
import { PROJECT_ROOT } from '../test/support/server-process.ts';
import { median, percentile } from './figures.ts';

const PROCESSES = 5;
const FURTHER = 100;
const MOST_MS = 100;

async function main(): Promise<void> {
  if (process.argv.includes('--one')) return console.log(await firstMs());
  const first = Array.from({ length: PROCESSES }, inProcessOfItsOwn);
  await firstMs();
  const further: number[] = [];
  for (let round = 0; round < FURTHER; round++) further.push(await readyMs());
  console.table({
    'the first of a process': shown(first),
    [`${FURTHER} further ones`]: shown(further),
  });
  const failed = median(further) > MOST_MS;
  if (failed) process.exitCode = 1;
  console.log(failed ? '0 passed, 1 failed' : '1 passed, 0 failed');
}

/** Measures in a new process, which has to load the package. */
function inProcessOfItsOwn(): number {
  const args = [import.meta.filename, '--one'];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

async function firstMs(): Promise<number> {
  const begin = performance.now();
  await readyMs();
  return performance.now() - begin;
}

/** Returns the milliseconds from the call to the first response. */
async function readyMs(): Promise<number> {
  const { createTestRegistry } = (await import(
    join(PROJECT_ROOT, 'dist/exports/testing.js')
  )) as typeof testing;
  const begin = performance.now();
  await using registry = await createTestRegistry();
  await answer(`${registry.url}/v2/`);
  return performance.now() - begin;
}

function answer(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume().once('end', resolve);
    });
    request.once('error', reject);
  });
}

function shown(times: readonly number[]): Record<string, string> {
  return {
    median: `${median(times).toFixed(1)} ms`,
    p95: `${percentile(times, 95).toFixed(1)} ms`,
  };
}

await main();
