import { parseArgs } from 'node:util';

import { SETTINGS } from '../config/settings.js';
import { PlainFailure } from './plain-failure.js';

/** What the command line asks for. */
export type Command = 'serve' | 'help' | 'version';

/** Reads the command line. @throws PlainFailure */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  const [command = 'serve', ...rest] = positionals;
  if (rest.length === 0 && (command === 'help' || command === 'serve')) return command;
  throw new PlainFailure(
    `there is no command "${positionals.join(' ')}"; berth --help lists what there is`,
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    throw new PlainFailure(error instanceof Error ? error.message : String(error));
  }
}

/** What `berth --help` prints. */
export function helpText(): string {
  const settings = Object.values(SETTINGS).map(
    ({ variable, fallback, parser }) =>
      `  ${variable.padEnd(28)} ${fallback.padEnd(12)} ${parser.allowed}`,
  );
  return [
    'berth: an OCI registry for container images',
    '',
    'Usage: berth [serve]      start the registry',
    '       berth --help       this text',
    '       berth --version    the version',
    '',
    'Settings are environment variables, or lines of a .env file in the working directory;',
    'name, default, and what is allowed:',
    '',
    ...settings,
    '',
  ].join('\n');
}
