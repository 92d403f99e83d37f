import { parseArgs } from 'node:util';

import { settingsHelp } from '../config/settings-texts.js';
import { COMMANDS, OPTIONS, type Command, type Syntax } from './commands.js';
import { PlainFailure } from './plain-failure.js';

/** In front of what a command does; a usage that is longer gets a line of its own. */
const USAGE_WIDTH = 40;

/** Reads the command line. @throws PlainFailure */
export function parseCommandLine(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const { help, version, ...options } = values;
  const typed = positionals.length === 0 ? ['serve'] : positionals;
  if (help === true || typed.join(' ') === 'help') return { name: 'help' };
  if (version === true) return { name: 'version' };
  const syntax = COMMANDS.find((candidate) => fits(candidate, typed));
  if (syntax === undefined) throw new PlainFailure(unknownCommand(typed));
  const foreign = Object.keys(options).find((option) => !Object.hasOwn(syntax.options, option));
  if (foreign !== undefined) {
    throw new PlainFailure(`there is no --${foreign} in this command: ${usageOf(syntax)}`);
  }
  return syntax.read(options, ...typed.slice(wordsOf(syntax).length));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    // Behind its first sentence Node explains its own conventions.
    const [first = ''] = String(error instanceof Error ? error.message : error).split('. ');
    throw new PlainFailure(first);
  }
}

function wordsOf({ words }: Syntax): readonly string[] {
  return words.split(' ');
}

function fits(syntax: Syntax, typed: readonly string[]): boolean {
  const words = wordsOf(syntax);
  const length = words.length + syntax.operands.length;
  const enough = syntax.more === undefined ? typed.length === length : typed.length >= length;
  return enough && words.every((word, index) => word === typed[index]);
}

/** Shows how the commands are typed that begin alike. */
function unknownCommand(typed: readonly string[]): string {
  const alike = COMMANDS.filter((syntax) => wordsOf(syntax)[0] === typed[0]);
  const none = `there is no command "${typed.join(' ')}"`;
  if (alike.length === 0) return `${none}; berth --help lists what there is`;
  return [`${none}; usage:`, ...alike.map((syntax) => `  ${usageOf(syntax)}`)].join('\n');
}

function usageOf({ words, operands, more, options }: Syntax): string {
  const flags = Object.entries(options).map(
    ([option, operand]) => `[${`--${option} ${operand}`.trim()}]`,
  );
  const further = more === undefined ? [] : [`[${more}…]`];
  return ['berth', words === 'serve' ? '[serve]' : words, ...operands, ...further, ...flags].join(
    ' ',
  );
}

/** What `berth --help` prints. */
export function helpText(): string {
  return [
    'berth: an OCI registry for container images',
    '',
    ...COMMANDS.flatMap((syntax) => helpOf(usageOf(syntax), syntax.does)),
    ...helpOf('berth --help', 'this text'),
    ...helpOf('berth --version', 'the version'),
    '',
    'gc, why, verify, rm and token work on the filesystem storage, also while registries serve it. user and access',
    'work on the files of REGISTRY_USERS_FILE and REGISTRY_ACCESS_FILE, or on PATH; a registry that uses them',
    'sees each change. --group puts NAME in a group that the access file leaves to others.',
    '',
    'Settings are environment variables, or lines of a .env file in the working directory;',
    'name, default, and what is allowed:',
    '',
    ...settingsHelp(),
    '',
  ].join('\n');
}

function helpOf(usage: string, does: string): string[] {
  if (usage.length < USAGE_WIDTH) return [`  ${usage.padEnd(USAGE_WIDTH)}${does}`];
  return [`  ${usage}`, `  ${' '.repeat(USAGE_WIDTH)}${does}`];
}
