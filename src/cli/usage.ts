import {
  type Argument,
  type Command as Parser,
  type CommanderError,
  type Option as ParserOption,
} from 'commander';

import { PlainFailure } from './plain-failure.js';

/** A terminal's usual width. */
const TERMINAL_WIDTH = 80;

/** Returns how a command is typed, such as `berth user add NAME [--file PATH]`. */
export function usageOf(parser: Parser): string {
  const options = parser.commands.length > 0 ? [] : parser.options.map(usageOfOption);
  const whole = (last: readonly string[]) =>
    [pathOf(parser), wordsAfter(parser), ...last].filter((part) => part !== '').join(' ');
  const usage = whole(options);
  if (`Usage: ${usage}`.length <= TERMINAL_WIDTH) return usage;
  const required = parser.options.filter(({ mandatory }) => mandatory).map(usageOfOption);
  return whole([...required, '[OPTIONS]']);
}

/** Returns the part after the name of a command: its operands, or `COMMAND` for the program and for a group. */
function wordsAfter(parser: Parser): string {
  if (parser.commands.length === 0) return operandsOf(parser);
  return parser.parent === null ? '[COMMAND]' : 'COMMAND';
}

/** Returns the operands of a command, such as `NAME [HOST…]`. */
export function operandsOf({ registeredArguments }: Parser): string {
  const required = registeredArguments.filter((argument) => argument.required).map(nameOf);
  const optional = registeredArguments.filter((argument) => !argument.required).map(nameOf);
  return [...required, ...(optional.length === 0 ? [] : [`[${optional.join(' ')}]`])].join(' ');
}

/** Returns an option as help shows it, such as `-h, --help` or `--file PATH`. */
export function termOf({ flags }: ParserOption): string {
  return withoutAngles(flags);
}

/** Returns the failure for a command line that the parser rejected: what is wrong, and the correct usage. */
export function usageFailure(parser: Parser, { code, message }: CommanderError): PlainFailure {
  const problem = message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\)$/, '; did you mean $1');
  const namesOption = /^commander\.(optionMissing|missingMandatory)/.test(code);
  return wrongUsage(parser, namesOption ? withoutAngles(problem) : problem);
}

/** Returns the failure with `problem` and the usage of the command. */
export function wrongUsage(parser: Parser, problem: string): PlainFailure {
  const isGroup = parser.commands.length > 0;
  const hint = isGroup
    ? `${pathOf(parser)} --help lists the commands`
    : `Usage: ${usageOf(parser)}`;
  return new PlainFailure(`${problem}\n${hint}`);
}

function usageOfOption(option: ParserOption): string {
  return option.mandatory ? termOf(option) : `[${termOf(option)}]`;
}

function nameOf(argument: Argument): string {
  return argument.variadic ? `${argument.name()}…` : argument.name();
}

function withoutAngles(text: string): string {
  return text.replace(/[<>]/g, '');
}

/** Returns the words of a command. `serve` is in brackets, because `berth` alone serves. */
function pathOf(parser: Parser): string {
  const name = parser.name() === 'serve' ? '[serve]' : parser.name();
  return parser.parent === null ? name : `${pathOf(parser.parent)} ${name}`;
}
