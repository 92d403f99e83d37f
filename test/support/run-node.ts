import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PROJECT_ROOT } from './server-process.ts';

const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

/** How many tests passed and failed. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** What a command has written, and whether it ended well. */
export interface Ran {
  readonly isGood: boolean;
  readonly said: string;
}

/** Runs a suite of jest, one file after another, and shows what it says. Resolves to its counts. */
export async function runJest(
  suite: string,
  settings: Readonly<Record<string, string>>,
  further: readonly string[] = [],
): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-jest-'));
  const file = join(folder, 'results.json');
  const config = `test/suites/${suite}/jest.config.js`;
  const options = ['-c', config, '--runInBand', '--json', '--outputFile', file, ...further];
  const { isGood } = await runNode([...JEST, ...options], settings);
  const results = JSON.parse(await readFile(file, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
  };
  await rm(folder, { recursive: true });
  return countsOf(isGood, results.numPassedTests, results.numFailedTests);
}

/** Returns the counts of a run. Never 0 failed if the run has failed, whatever it counted. */
export function countsOf(isGood: boolean, passed: number, failed: number): Counts {
  return { passed, failed: isGood ? failed : Math.max(failed, 1) };
}

/** Prints `N passed, N failed` as the last line, for `.ci/run`, and sets the exit code. */
export function finish(counts: readonly Counts[]): void {
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}

/** Runs a command of Node to its end, and shows what it says. It is ended with this process. */
export async function runNode(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Ran> {
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
