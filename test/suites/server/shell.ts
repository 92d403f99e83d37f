import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { PROJECT_ROOT } from '../../support/server-process.js';

/** How a command line ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Where command lines run, and their environment. */
export interface Place {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

const MAIN = join(PROJECT_ROOT, 'dist/main.js');

/** What makes `berth` a command in bash. */
const DEFINE = `berth() { '${process.execPath}' '${MAIN}' "$@"; }`;

/** Runs a line in bash, where `berth` is the built command. */
export function shell(line: string, { cwd, environment }: Place): Promise<Ended> {
  return run(['bash', '-c', `set -o pipefail\n${DEFINE}\n${line}`], cwd, environment);
}

/** Runs `berth` in a terminal of 80 columns. Its two outputs are one. */
export function inTerminal(words: string, { cwd, environment }: Place): Promise<Ended> {
  const command = `stty cols 80; '${process.execPath}' '${MAIN}' ${words}`;
  return run(['script', '-qec', command, '/dev/null'], cwd, environment);
}

async function run(
  [program = '', ...args]: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const { PATH = '' } = process.env;
  const child = spawn(program, args, {
    cwd,
    env: { PATH, HOME: cwd, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: texts.output.replaceAll('\r\n', '\n'), errors: texts.errors };
}
