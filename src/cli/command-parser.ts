import { Argument, Command as Parser, Option as ParserOption } from 'commander';

import {
  WrongUsage,
  type Command,
  type Operand,
  type Option,
  type OptionValue,
} from './command.js';
import { descriptionOf, examplesText } from './help.js';
import { wrongUsage } from './usage.js';

type Values = Readonly<Record<string, OptionValue>>;

/** Returns a parser for the options and operands of `command`. It calls `run` with their values. */
export function parserOf(
  command: Command,
  run: (options: Values, operands: readonly string[]) => Promise<void>,
): Parser {
  const parser = new Parser(command.words.split(' ').at(-1))
    .summary(command.summary)
    .description(descriptionOf(command))
    .addHelpText('after', examplesText(command.examples));
  for (const operand of command.operands) parser.addArgument(argumentOf(operand));
  const readers = Object.entries(command.options).map(
    ([name, option]) => [name, addOption(parser, name, option)] as const,
  );
  return parser.action(async () => {
    const values = Object.fromEntries(readers.map(([name, read]) => [name, read()]));
    try {
      await run(values, parser.args);
    } catch (error) {
      throw error instanceof WrongUsage ? wrongUsage(parser, error.message) : error;
    }
  });
}

function argumentOf({ name, means, optional = false, repeated = false }: Operand): Argument {
  const text = repeated ? `${name}...` : name;
  return new Argument(optional ? `[${text}]` : `<${text}>`, means);
}

/** Adds an option to the parser, and returns the function that reads its value after parsing. */
function addOption(parser: Parser, name: string, option: Option): () => OptionValue {
  const { means, takes, required = false, repeated = false } = option;
  const flags = takes === undefined ? `--${name}` : `--${name} <${takes}>`;
  const added = new ParserOption(flags, means).makeOptionMandatory(required);
  if (repeated) {
    added.argParser<readonly string[] | undefined>((value, before = []) => [...before, value]);
  }
  parser.addOption(added);
  return () => {
    const value = parser.getOptionValue(added.attributeName()) as OptionValue;
    if (takes === undefined) return value === true;
    return repeated ? (value ?? []) : value;
  };
}
