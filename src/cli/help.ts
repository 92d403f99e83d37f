import { Command as Parser, type HelpConfiguration } from 'commander';

import { settingsHelp } from '../config/settings-texts.js';
import { type Command, type Example } from './command.js';
import { PlainFailure } from './plain-failure.js';
import { operandsOf, termOf, usageOf } from './usage.js';

/** The layout of every help page. */
export const LAYOUT: HelpConfiguration = {
  commandUsage: usageOf,
  subcommandTerm: termOfCommand,
  subcommandDescription: summaryOfCommand,
  optionTerm: termOf,
};

/** The widest term of a group in lists, in characters. A wider one would make the first page too long for a screen. */
const WIDEST_TERM = 24;

/** The last line of the first page. */
export const POINTERS =
  'berth help COMMAND explains a command; berth help settings lists the settings.';

/** Returns the paragraphs below the usage line of a command. */
export function descriptionOf({ summary, details }: Command): string {
  return details === undefined ? sentence(summary) : `${sentence(summary)}\n\n${details}`;
}

/** Returns a summary as a sentence. */
export function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

/** Returns the examples at the end of a command's help page. */
export function examplesText(examples: readonly Example[]): string {
  const lines = examples.flatMap(({ does, line }) => [`  ${does}:`, `    ${line}`]);
  return ['', 'Examples:', ...lines].join('\n');
}

/** Returns the command `help`, which explains the commands of `program` and the settings. */
export function helpCommand(program: Parser, print: (line: string) => void): Parser {
  return new Parser('help')
    .argument('[COMMAND...]')
    .copyInheritedSettings(program)
    .description('Explain a command, or list the settings.')
    .addHelpText(
      'after',
      examplesText([
        { does: 'Explain a command', line: 'berth help user add' },
        { does: 'List the settings', line: 'berth help settings' },
      ]),
    )
    .action((words: string[]) => {
      if (words.join(' ') === 'settings') return print(settingsText());
      find(program, words).outputHelp();
    });
}

function find(parser: Parser, words: readonly string[]): Parser {
  const [word, ...rest] = words;
  if (word === undefined) return parser;
  const found = parser.commands.find((command) => command.name() === word);
  if (found !== undefined) return find(found, rest);
  // The parser rejects the unknown word itself and suggests similar ones.
  if (parser.commands.length > 0) parser.parse([word], { from: 'user' });
  throw new PlainFailure(
    `there is no command ${parser.name()} ${words.join(' ')}\nberth --help lists the commands`,
  );
}

/** Returns a command as lists show it, such as `why DIGEST`. A group is shown with its commands, such as `tls dev`. */
function termOfCommand(parser: Parser): string {
  const commands = isWide(parser) ? 'COMMAND' : namesIn(parser).join('|');
  return [parser.name(), commands, operandsOf(parser)].filter((part) => part !== '').join(' ');
}

/** Returns what a command does, or the commands of a group that has too many for its term. */
function summaryOfCommand(parser: Parser): string {
  if (isWide(parser)) return `one of ${namesIn(parser).join(', ')}`;
  return parser.summary() || parser.description();
}

function isWide(parser: Parser): boolean {
  return [parser.name(), namesIn(parser).join('|')].join(' ').length > WIDEST_TERM;
}

function namesIn({ commands }: Parser): string[] {
  return commands.map((command) => command.name());
}

function settingsText(): string {
  return [
    'Settings are environment variables, or lines of a .env file in the working',
    'directory, or values in a settings file: "berth config init" writes one, and',
    'REGISTRY_CONFIG names it. "berth config show" shows the values in use.',
    '',
    'Each setting with its default:',
    '',
    ...settingsHelp(),
  ].join('\n');
}
