import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { environmentWith, PROJECT_ROOT } from '../../support/server-process.ts';

/** Programs that the examples use as real clients. */
export const TOOLS = join(PROJECT_ROOT, '.tools/bin');

/** A Node for the examples, by its major version, and a folder that contains only that Node. */
export interface Runtime {
  readonly name: string;
  readonly folder: string;
}

const INSTALL = '`.ci/install-tools examples` installs it';

export const NODE_24: Runtime = {
  name: 'Node 24',
  folder: join(PROJECT_ROOT, 'node_modules/node/bin'),
};
export const NODE_22: Runtime = {
  name: 'Node 22',
  folder: join(PROJECT_ROOT, '.tools/node-22/node_modules/node/bin'),
};

/** How many lines of a failed program's output are shown. */
const SHOWN_LINES = 60;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly runtime?: Runtime;
}

/**
 * Runs a program to its end, and returns its output.
 *
 * @throws Error with the end of the output if it fails, does not end with all of its children in
 * time, or its Node is not installed
 */
export async function run(command: Command): Promise<string> {
  const { program, args, cwd, timeoutMs, runtime = NODE_24 } = command;
  // Otherwise the system's Node would run in its place, and prove nothing.
  if (!existsSync(runtime.folder)) throw new Error(`${runtime.name} is not there: ${INSTALL}`);
  // A process group, so that processes which an example leaves running are ended with it.
  const child = spawn(program, args, { cwd, env: environmentOn(runtime), detached: true });
  const end = (): void => endGroup(child.pid);
  process.once('exit', end);
  let output = '';
  const late = AbortSignal.timeout(timeoutMs);
  late.addEventListener('abort', end);
  child.stdin.end();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((settle, reject) => {
    child.once('error', (cause) =>
      reject(new Error(`${program} does not run: ${INSTALL}`, { cause })),
    );
    child.once('close', settle);
  }).finally(() => {
    late.removeEventListener('abort', end);
    process.off('exit', end);
  });
  const shown = `${[program, ...args].join(' ')} (${runtime.name})`;
  if (late.aborted)
    throw new Error(`${shown} had not ended after ${timeoutMs / 1000} s:\n${endOf(output)}`);
  if (code !== 0) throw new Error(`${shown} ended with ${String(code)}:\n${endOf(output)}`);
  return output;
}

function endOf(output: string): string {
  return output.trim().split('\n').slice(-SHOWN_LINES).join('\n');
}

/** Ends a program that was started `detached`, with its process group. */
export function endGroup(pid: number | undefined, signal: NodeJS.Signals = 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has already ended.
  }
}

/** Returns an environment without npm's variables about this project, which would affect another npm. */
export function environmentOn(runtime: Runtime): NodeJS.ProcessEnv {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const others = folders.filter((folder) => !folder.endsWith('node_modules/.bin'));
  const path = [runtime.folder, ...others, TOOLS].join(delimiter);
  const inherited = Object.entries(environmentWith({ PATH: path, BERTH_TOOLS: TOOLS }));
  const ours =
    /^(npm_(config_local_prefix|command|execpath|lifecycle_|node_|package_)|INIT_CWD$|NODE$)/;
  return Object.fromEntries(inherited.filter(([name]) => !ours.test(name)));
}
