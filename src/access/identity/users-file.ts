import { InvalidFile, type Mistake } from '../../files/invalid-file.js';

/** The users: name → bcrypt hash of the password, in file order. */
export type Users = ReadonlyMap<string, string>;

/** The parts of a line. The hash is empty if there is no colon. */
export interface UserLine {
  readonly name: string;
  readonly hash: string;
}

/** Names with a special meaning in the access file. */
export const RESERVED_NAMES: readonly string[] = ['anonymous', 'authenticated'];

/** The end of the message about an invalid name. */
const USER_NAME_RULE =
  'a name has letters, digits and . _ @ + -, begins with a letter or a digit, and has at most 128 characters';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/;
const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/** The minimum of bcrypt, and the maximum that a login may take: each step doubles the time, and 15 takes about two seconds. */
const COSTS = { min: 4, max: 15 };

/**
 * Parses a file in the format of `htpasswd -B`: lines of `name:hash`, empty lines, and comments that begin with `#`.
 *
 * @throws InvalidFile with every mistake in it
 */
export function parseUsers(text: string, path: string): Users {
  const users = new Map<string, string>();
  const lines = new Map<string, number>();
  const mistakes: Mistake[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const user = readUserLine(content);
    if (user === undefined) continue;
    const line = index + 1;
    const message = problemOf(user, lines.get(user.name));
    if (message !== undefined) mistakes.push({ line, message });
    users.set(user.name, user.hash);
    lines.set(user.name, line);
  }
  if (mistakes.length > 0) throw new InvalidFile(path, mistakes);
  return users;
}

/** Parses the user of a line, valid or not. Returns `undefined` for an empty line or a comment. */
export function readUserLine(line: string): UserLine | undefined {
  const content = line.trimEnd();
  if (content === '' || content.startsWith('#')) return undefined;
  const [name = '', ...hash] = content.split(':');
  return { name, hash: hash.join(':') };
}

/** Returns why `name` cannot be a user's name, or `undefined` if it can. */
export function problemOfName(name: string): string | undefined {
  if (RESERVED_NAMES.includes(name))
    return `${name} cannot be a user: this name has a special meaning in rules`;
  return NAME.test(name)
    ? undefined
    : `${JSON.stringify(name)} cannot be a user: ${USER_NAME_RULE}`;
}

function problemOf({ name, hash }: UserLine, before: number | undefined): string | undefined {
  if (hash === '') return 'there is no password; a line is name:hash, as "htpasswd -B" writes it';
  const problem = problemOfName(name);
  if (problem !== undefined) return problem;
  if (before !== undefined) return `${name} is already in line ${before}`;
  const cost = BCRYPT.exec(hash)?.[1];
  if (cost === undefined) {
    return `the password of ${name} is not hashed with bcrypt: set it again with "berth user add ${name}" or "htpasswd -B"`;
  }
  if (Number(cost) < COSTS.min || Number(cost) > COSTS.max) {
    return `the password of ${name} is hashed with the cost ${cost}; allowed: ${COSTS.min} to ${COSTS.max}`;
  }
  return undefined;
}
