/**
 * Runs all tests of several instances: those of jest, and the official conformance suite.
 *
 *   node test/suites/scale/run.ts                   each fault lasts half a minute
 *   node test/suites/scale/run.ts --seconds 6       each fault lasts six seconds, as in continuous integration
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { PROJECT_ROOT } from '../../support/server-process.ts';

const NODE = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const JEST = 'node_modules/jest/bin/jest.js';
const HERE = 'test/suites/scale';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

async function main(): Promise<void> {
  const { seconds } = parseArgs({
    options: { seconds: { type: 'string', default: '30' } },
  }).values;
  const counts = [await runJest(seconds), await runConformance()];
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

async function runJest(seconds: string): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-scale-'));
  const file = join(folder, 'results.json');
  const options = ['-c', `${HERE}/jest.config.js`, '--runInBand', '--json', '--outputFile', file];
  const { isGood } = await run([...NODE, JEST, ...options], { SCALE_SECONDS: seconds });
  const results = JSON.parse(await readFile(file, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  await rm(folder, { recursive: true });
  return countsOf(isGood, results.numPassedTests, results.numFailedTests);
}

async function runConformance(): Promise<Counts> {
  const { isGood, said } = await run([`${HERE}/conformance.ts`]);
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(said) ?? [];
  return countsOf(isGood, Number(passed ?? 0), Number(failed ?? 0));
}

/** Never counts 0 failed if a run has failed, whatever it counted. */
function countsOf(isGood: boolean, passed: number, failed: number): Counts {
  return { passed, failed: isGood ? failed : Math.max(failed, 1) };
}

/** Runs a command of Node to its end, and shows what it says. */
async function run(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly isGood: boolean; readonly said: string }> {
  const child = spawn(process.execPath, args, {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = (): boolean => child.kill();
  process.once('exit', end);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    process.stdout.write(text);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('exit', end);
  return { isGood: code === 0, said };
}

// Handles signals with `exit`, so that the running command is ended, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

await main();
