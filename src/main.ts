#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';

import { helpText, parseCommandLine } from './cli/arguments.js';
import { type ConfigCommand, type ShortCommand } from './cli/commands.js';
import { PlainFailure } from './cli/plain-failure.js';
import { enlargeThreadPool, readEnvironment } from './config/environment.js';
import { readSettings } from './config/read-settings.js';
import { InvalidSettings, unknownVariables, type Settings } from './config/settings.js';

enlargeThreadPool();
endQuietlyWithoutReader();
try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  // Nothing but this ends a worker of a cluster, which the channel to its primary keeps alive.
  process.exit(1);
}

async function run(args: string[]): Promise<void> {
  const command = parseCommandLine(args);
  if (command.name === 'help') return print(helpText());
  if (command.name === 'version') return print(`${version()}\n`);
  const environment = readEnvironment();
  for (const name of unknownVariables(environment)) {
    process.stderr.write(`${name} is not a setting of Berth; berth --help lists them\n`);
  }
  const typed = command.name === 'serve' ? command.settings : {};
  if (command.name === 'config init' || command.name === 'config show') {
    return runConfig(command, environment);
  }
  const settings = await readSettings({ ...environment, ...typed });
  if (command.name === 'health') {
    // A container does it every few seconds: without what the other commands load.
    const { checkHealth } = await import('./cli/health-command.js');
    return checkHealth(settings);
  }
  if (command.name !== 'serve') return runShort(command, settings);
  const started = endEarlyOnSignals();
  const { serve } = await import('./cli/serve.js');
  await serve(settings, version(), started);
}

async function runConfig(command: ConfigCommand, environment: NodeJS.ProcessEnv): Promise<void> {
  const { initConfig, showConfig } = await import('./cli/config-command.js');
  const printLine = (line: string): void => print(`${line}\n`);
  if (command.name === 'config init') return initConfig(command.path, printLine);
  return showConfig(environment, printLine);
}

/** `berth … | head` closes the pipe early: nobody reads the rest, and nothing is wrong. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** Failures with a message for the person at the terminal need no stack. */
function messageOf(error: unknown): string {
  const plain =
    error instanceof PlainFailure ||
    error instanceof InvalidSettings ||
    (error instanceof Error && error.name === 'InvalidFile');
  return plain ? error.message : inspect(error);
}

async function runShort(command: ShortCommand, settings: Settings): Promise<void> {
  const { runCommand } = await import('./cli/run-command.js');
  const yes = await runCommand(command, settings, (line) => print(`${line}\n`));
  if (!yes) process.exitCode = 1;
}

/**
 * Ends the process when it is asked to before it serves; the answer, called, leaves the signals to others.
 *
 * A process with the id 1, as in a container, does not get signals that it has no handler for.
 */
function endEarlyOnSignals(): () => void {
  const end = () => process.exit(0);
  process.once('SIGTERM', end).once('SIGINT', end);
  return () => process.off('SIGTERM', end).off('SIGINT', end);
}

function print(text: string): void {
  process.stdout.write(text);
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
