import { type Texts } from '../config/setting.js';
import { type Settings } from '../config/settings.js';

/** A word that is typed after the command, such as `DIGEST`. */
export interface Operand {
  readonly name: string;
  readonly means: string;
  /** Required operands come first. */
  readonly optional?: boolean;
  /** Takes any number of words. Only the last operand can. */
  readonly repeated?: boolean;
  /** What a shell can complete it to: names of repositories, those with tags, or these words. */
  readonly completes?: 'repository' | 'image' | readonly string[];
}

/** An option of one command. */
export interface Option {
  readonly means: string;
  /** The name of the option's value. An option without one is a switch. */
  readonly takes?: string;
  readonly required?: boolean;
  /** Can be given several times. */
  readonly repeated?: boolean;
}

/** A command line that can be copied, and what it does. */
export interface Example {
  readonly does: string;
  readonly line: string;
}

/** What a command gets from the process that runs it. */
export interface CommandContext {
  /** The version of Berth. */
  readonly version: string;
  /** Prints a line on the standard output. */
  readonly print: (line: string) => void;
  /** Prints a line on the standard error. */
  readonly printError: (line: string) => void;
  /** The columns of the terminal that the standard output is, or `undefined` for a pipe or a file. */
  readonly columns: number | undefined;
  /** Returns the environment, after a warning for each variable that only looks like a setting. */
  readonly environment: () => Texts;
  /** Reads the settings; `typed` wins over the environment. @throws InvalidSettings @throws InvalidFile */
  readonly settings: (typed?: Texts) => Promise<Settings>;
}

/** The value of an option: a boolean for a switch, a list for a repeated option. */
export type OptionValue = string | boolean | readonly string[] | undefined;

/** A command resolves to nothing when it is done, or to whether its answer is yes. */
export type Run = Promise<void> | Promise<boolean>;

/** A command of the command line: how it is typed, what its help says, and what it does. */
export interface Command {
  /** One word, or a group and one word. */
  readonly words: string;
  /** What the command does, without a capital letter and a full stop. */
  readonly summary: string;
  /** What a person should know before the first use. */
  readonly details?: string;
  readonly operands: readonly Operand[];
  /** The options by name, without dashes. */
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly [Example, Example];
  /** Runs the command with the operands that were typed. @throws PlainFailure @throws WrongUsage */
  run(
    context: CommandContext,
    options: Readonly<Record<string, OptionValue>>,
    ...operands: string[]
  ): Run;
}

type Options = Command['options'];

type ValueOf<O extends Option> = O extends { takes: string; repeated: true }
  ? readonly string[]
  : O extends { takes: string; required: true }
    ? string
    : O extends { takes: string }
      ? string | undefined
      : boolean;

interface TypedCommand<O extends Options> extends Omit<Command, 'options' | 'run'> {
  readonly options: O;
  run(
    context: CommandContext,
    options: { readonly [Name in keyof O]: ValueOf<O[Name]> },
    ...operands: string[]
  ): Run;
}

/** Returns a command whose `run` gets its options with their types. */
export function command<const O extends Options>(typed: TypedCommand<O>): Command {
  return typed;
}

/** The operands of a command are incomplete. The message is shown with the command's usage. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}
