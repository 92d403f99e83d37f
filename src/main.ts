#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

import { processContext } from './cli/command-context.js';
import { PlainFailure } from './cli/plain-failure.js';
import { enlargeThreadPool } from './config/environment.js';
import { InvalidSettings } from './config/settings.js';
import { InvalidFile } from './files/invalid-file.js';

enlargeThreadPool();
endQuietlyWithoutReader();
try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  // The channel to its primary would keep a worker alive, so the process has to exit explicitly.
  process.exit(1);
}

async function run(args: readonly string[]): Promise<void> {
  const context = processContext(version());
  const typed = args.join(' ');
  // Needs no command, so it loads no parser.
  if (typed === '--version' || typed === '-v') return context.print(context.version);
  if (typed === 'health') {
    // Containers run this command every few seconds, so it loads nothing that only other commands
    // need.
    const { health } = await import('./cli/commands/health.js');
    await health.run(context, {});
    return;
  }
  const { runProgram } = await import('./cli/program.js');
  if (!(await runProgram(args, context))) process.exitCode = 1;
}

/** Ends the process without an error when its reader is closed, as in `berth help settings | head -1`. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** Returns the message of a failure that is written for people, and the stack of any other error. */
function messageOf(error: unknown): string {
  const plain =
    error instanceof PlainFailure ||
    error instanceof InvalidSettings ||
    error instanceof InvalidFile;
  return plain ? error.message : inspect(error);
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
