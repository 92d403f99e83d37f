import { type Command, type CommandContext } from '../../../src/cli/command.js';
import { COMMANDS } from '../../../src/cli/command-list.js';
import { runProgram } from '../../../src/cli/program.js';
import { type Texts } from '../../../src/config/setting.js';
import { loadSettings } from '../../../src/config/settings.js';

/** The output and the result of a command line. */
export interface Captured {
  readonly yes: boolean;
  readonly output: string;
  readonly errors: string;
}

/** A command that was called, with the options and operands that the parser read. */
export interface Called {
  readonly words: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
}

/** Runs a command line with these commands and its own environment. */
export async function berth(
  args: readonly string[],
  {
    commands = COMMANDS,
    environment = {},
    columns,
  }: { commands?: readonly Command[]; environment?: Texts; columns?: number } = {},
): Promise<Captured> {
  const output: string[] = [];
  const errors: string[] = [];
  const context: CommandContext = {
    version: '1.2.3',
    print: (line) => void output.push(`${line}\n`),
    printError: (line) => void errors.push(`${line}\n`),
    columns,
    environment: () => environment,
    settings: async (typed) => loadSettings({ ...environment, ...typed }),
  };
  const yes = await runProgram(args, context, commands);
  return { yes, output: output.join(''), errors: errors.join('') };
}

/** Returns what the parser reads from a command line, without running the command. */
export async function calledBy(args: readonly string[]): Promise<Called | undefined> {
  let called: Called | undefined;
  const commands = COMMANDS.map((command) => ({
    ...command,
    run: async (_: CommandContext, options: Called['options'], ...operands: string[]) => {
      called = { words: command.words, options, operands };
    },
  }));
  await berth(args, { commands });
  return called;
}
