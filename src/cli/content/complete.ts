import { dataOf, type BerthClient } from '../../api/client/berth-client.js';
import { type Command, type CommandContext, type Operand } from '../command.js';
import { visibleText } from '../output/visible-text.js';
import { withTarget } from '../target/target.js';
import { type TargetOptions } from '../target/target-options.js';

/** More candidates help nobody. */
const LIMIT = 200;

/** A shell waits while it completes. */
const PATIENCE_MS = 3_000;

/** The words of a command line after `berth`, divided. */
interface Typed {
  readonly command: Command;
  /** The operands before the last word. */
  readonly operands: readonly string[];
  /** The options before the last word; a switch has an empty text. */
  readonly options: ReadonlyMap<string, string>;
  /** The option whose value the last word is. */
  readonly pending: string | undefined;
}

/**
 * Resolves to what the last of `words` can become. A candidate that ends the word has a space at its end.
 *
 * Never asks for a password, and resolves to nothing if the registry does not answer.
 */
export async function complete(
  words: readonly string[],
  context: CommandContext,
  commands: readonly Command[],
): Promise<readonly string[]> {
  const last = words.at(-1) ?? '';
  const typed = typedOf(words.slice(0, -1), commands);
  if (typed === undefined) return commandWords(words, commands);
  if (typed.pending !== undefined) return [];
  if (last.startsWith('-')) return optionsFor(typed, last);
  const operand = operandAt(typed);
  if (operand?.completes === undefined) return [];
  if (typeof operand.completes !== 'string') return matching(operand.completes, last);
  return contentFor(typed, operand.completes, last, context);
}

/** Returns the words that can stand after the words before: commands, groups, or the commands of a group. */
function commandWords(words: readonly string[], commands: readonly Command[]): string[] {
  const before = words.slice(0, -1);
  const names = commands
    .map((command) => command.words.split(' '))
    .filter((parts) => before.every((word, index) => parts[index] === word))
    .map((parts) => parts[before.length])
    .filter((part) => part !== undefined);
  const all = before.length === 0 ? [...names, 'help'] : names;
  return matching([...new Set(all)], words.at(-1) ?? '');
}

function matching(candidates: readonly string[], beginning: string): string[] {
  return candidates.filter((one) => one.startsWith(beginning)).map((one) => `${one} `);
}

/** Returns `undefined` while the command is not complete. */
function typedOf(words: readonly string[], commands: readonly Command[]): Typed | undefined {
  const command = commands.find(({ words: own }) =>
    own.split(' ').every((part, index) => words[index] === part),
  );
  if (command === undefined) return undefined;
  const operands: string[] = [];
  const options = new Map<string, string>();
  let pending: string | undefined;
  for (const word of words.slice(command.words.split(' ').length)) {
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (pending !== undefined) {
      options.set(pending, word);
      pending = undefined;
    } else if (name === undefined) operands.push(word);
    else if (value === undefined && command.options[name]?.takes !== undefined) pending = name;
    else options.set(name, value ?? '');
  }
  return { command, operands, options, pending };
}

function optionsFor({ command, options }: Typed, last: string): string[] {
  const left = Object.entries(command.options)
    .filter(([name, { repeated }]) => repeated === true || !options.has(name))
    .map(([name]) => `--${name}`);
  return matching([...left, '--help'], last);
}

function operandAt({ command, operands }: Typed): Operand | undefined {
  const last = command.operands.at(-1);
  return command.operands[operands.length] ?? (last?.repeated === true ? last : undefined);
}

async function contentFor(
  { options }: Typed,
  kind: 'repository' | 'image',
  last: string,
  context: CommandContext,
): Promise<readonly string[]> {
  const target: TargetOptions = {
    registry: options.get('registry'),
    storage: options.has('storage'),
    username: options.get('username'),
    'ca-file': options.get('ca-file'),
  };
  const { BERTH_PASSWORD: password } = context.environment();
  if (target.username !== undefined && password === undefined) return [];
  const asked = withTarget(context, target, [last], async ({ target: { client }, paths }) => {
    const [path = ''] = paths;
    const prefix = last.slice(0, last.length - path.length);
    const names = await (path.includes(':') && kind === 'image'
      ? taggedNames(client, path)
      : repositoryNames(client, path, kind));
    return names.map((name) => visibleText(`${prefix}${name}`));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS);
    timer.unref();
  });
  return Promise.race([asked.catch(() => []), late]).finally(() => clearTimeout(timer));
}

async function repositoryNames(
  client: BerthClient,
  beginning: string,
  kind: 'repository' | 'image',
): Promise<string[]> {
  const query = { q: beginning, sort: 'name' as const, limit: LIMIT };
  const { repositories } = await dataOf(client.GET('/api/v1/repositories', { params: { query } }));
  const names = repositories.map(({ name }) => name);
  // A tag follows the name of an image without a space.
  return kind === 'image'
    ? names.filter((name) => name.startsWith(beginning))
    : matching(names, beginning);
}

async function taggedNames(client: BerthClient, path: string): Promise<string[]> {
  const [name = '', beginning = ''] = path.split(':');
  const query = { q: beginning, sort: 'name' as const, limit: LIMIT };
  const params = { path: { name }, query };
  const { tags } = await dataOf(client.GET('/api/v1/repositories/{name}/tags', { params }));
  return matching(
    tags.map((tag) => `${name}:${tag.name}`),
    path,
  );
}
