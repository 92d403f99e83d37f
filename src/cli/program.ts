import { CommanderError, Command as Parser } from 'commander';

import { type Command, type CommandContext } from './command.js';
import { COMMANDS, GROUPS, SUBJECTS } from './command-list.js';
import { parserOf } from './command-parser.js';
import { helpCommand, LAYOUT, POINTERS, sentence } from './help.js';
import { usageFailure } from './usage.js';

/** Longer lines are hard to read, even on a wide terminal. */
const WIDTH = 80;

/** The hidden command by which shells complete a command line: `berth __complete WORD…`. */
const COMPLETE = '__complete';

/** Options of the program; any other leading option belongs to `serve`. */
const PROGRAM_OPTIONS = ['-h', '--help', '-v', '--version'];

/**
 * Runs the command that `args` name, or `serve` if they name no command. Resolves to false if the
 * process must exit with 1.
 *
 * @throws PlainFailure
 */
export async function runProgram(
  args: readonly string[],
  context: CommandContext,
  commands: readonly Command[] = COMMANDS,
): Promise<boolean> {
  if (args[0] === COMPLETE) return complete(args.slice(1), context, commands);
  let yes = true;
  const program = programOf(context);
  for (const command of commands) {
    const parser = parserOf(command, async (options, operands) => {
      yes = (await command.run(context, options, ...operands)) !== false;
    });
    add(parser.helpGroup(subjectOf(command)), groupOf(program, command));
  }
  program.addCommand(helpCommand(program, context.print), { hidden: true });
  try {
    await program.parseAsync(withServe(args), { from: 'user' });
  } catch (error) {
    // The parser throws this after it has shown help or the version.
    if (error instanceof CommanderError) return error.exitCode === 0;
    throw error;
  }
  return yes;
}

async function complete(
  words: readonly string[],
  context: CommandContext,
  commands: readonly Command[],
): Promise<true> {
  const { complete } = await import('./content/complete.js');
  for (const candidate of await complete(words, context, commands)) context.print(candidate);
  return true;
}

function withServe(args: readonly string[]): string[] {
  const first = args[0];
  const namesNone =
    first === undefined || (first.startsWith('-') && !PROGRAM_OPTIONS.includes(first));
  return namesNone ? ['serve', ...args] : [...args];
}

function programOf({ version, print, printError }: CommandContext): Parser {
  const withoutEnd = (text: string): string => text.replace(/\n$/, '');
  const width = (): number => Math.min(process.stdout.columns || WIDTH, WIDTH);
  const program = new Parser('berth')
    .description('An OCI registry for container images. Without a command, berth serves.')
    .helpOption('-h, --help', 'show this help')
    .version(version, '-v, --version', 'show the version')
    .helpCommand(false)
    .configureHelp(LAYOUT)
    .addHelpText('after', `\n${POINTERS}`);
  program.configureOutput({
    writeOut: (text) => print(withoutEnd(text)),
    writeErr: (text) => printError(withoutEnd(text)),
    // The message is also thrown, and the process prints it once.
    outputError: () => undefined,
    getOutHelpWidth: width,
    getErrHelpWidth: width,
  });
  return throwPlainly(program);
}

/** Returns the parent of a command: its group, which is created if needed, or the program. */
function groupOf(program: Parser, command: Command): Parser {
  const { words } = command;
  const [name = '', second] = words.split(' ');
  if (second === undefined) return program;
  const known = program.commands.find((group) => group.name() === name);
  if (known !== undefined) return known;
  const summary = GROUPS[name] ?? '';
  const group = new Parser(name).summary(summary).description(sentence(summary)).helpCommand(false);
  return add(group.helpGroup(subjectOf(command)), program);
}

/** Returns the heading of a command on the first page. The page of a group has one list. */
function subjectOf({ words }: Command): string {
  const found = Object.entries(SUBJECTS).find(([, all]) => all.some((one) => one.words === words));
  return found?.[0] ?? 'Commands:';
}

function add(parser: Parser, parent: Parser): Parser {
  parent.addCommand(parser.copyInheritedSettings(parent));
  return throwPlainly(parser);
}

/** Makes the parser throw instead of ending the process, with errors that read like the other failures. */
function throwPlainly(parser: Parser): Parser {
  return parser.exitOverride((error) => {
    const shown = error.exitCode === 0 || error.code === 'commander.help';
    throw shown ? error : usageFailure(parser, error);
  });
}
