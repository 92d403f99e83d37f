import { parseArgs } from 'node:util';

import { SETTINGS } from '../config/settings.js';
import { PlainFailure } from './plain-failure.js';

/** What the command line asks for. */
export type Command =
  | { readonly name: 'serve' }
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'gc'; readonly dryRun: boolean }
  | { readonly name: 'verify'; readonly quarantine: boolean }
  | { readonly name: 'why'; readonly argument: string }
  | { readonly name: 'rm'; readonly argument: string };

/** A command that works on the storage beside the registry. */
export type OfflineCommand = Exclude<Command, { readonly name: 'serve' | 'help' | 'version' }>;

/** Reads the command line. @throws PlainFailure */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help === true) return { name: 'help' };
  if (values.version === true) return { name: 'version' };
  const [name = 'serve', argument, ...rest] = positionals;
  const alone = argument === undefined;
  if (alone && name === 'serve') return { name };
  if (alone && name === 'help') return { name };
  if (alone && name === 'gc') return { name, dryRun: values['dry-run'] === true };
  if (alone && name === 'verify') return { name, quarantine: values.quarantine === true };
  if (!alone && rest.length === 0 && name === 'why') return { name, argument };
  if (!alone && rest.length === 0 && name === 'rm') return { name, argument };
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
        'dry-run': { type: 'boolean' },
        quarantine: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Behind its first sentence Node explains its own conventions.
    const [first = ''] = String(error instanceof Error ? error.message : error).split('. ');
    throw new PlainFailure(first);
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
    'Usage: berth [serve]                 start the registry',
    '       berth gc [--dry-run]          collect garbage now, or tell what would go, and by which rule',
    '       berth why DIGEST              what keeps a blob or a manifest, or since when nothing does',
    '       berth verify [--quarantine]   read everything, name what is damaged, and move it aside',
    '       berth rm REPOSITORY           remove a whole repository',
    '       berth --help                  this text',
    '       berth --version               the version',
    '',
    'All but serve work on the filesystem storage, also while registries serve it.',
    '',
    'Settings are environment variables, or lines of a .env file in the working directory;',
    'name, default, and what is allowed:',
    '',
    ...settings,
    '',
  ].join('\n');
}
