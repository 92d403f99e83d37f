import { ACTIONS, type Action } from './action.js';
import { GROUP_PREFIX } from './caller.js';
import { InvalidPattern, RepositoryPattern } from './repository-pattern.js';
import { RESERVED_NAMES } from '../identity/users-file.js';
import { YamlSource, type YamlValue } from '../../files/yaml-source.js';

/** Replaces a list of users: the issuer or host decides who is in the group. */
const EXTERNAL = 'external';

export type Members = ReadonlySet<string> | typeof EXTERNAL;

/** One entry of `rules`. */
export interface AccessRule {
  /** The line at which the rule begins. */
  readonly line: number;
  readonly repositories: readonly RepositoryPattern[];
  /** The entries as written: users, `group:…`, `authenticated`, `anonymous`. */
  readonly who: readonly string[];
  readonly can: readonly Action[];
}

/** The contents of an access file. */
export interface AccessRules {
  readonly path: string;
  readonly groups: ReadonlyMap<string, Members>;
  readonly rules: readonly AccessRule[];
  /** Users and groups who may see and do what concerns the whole registry. */
  readonly admins: readonly string[];
}

/**
 * Parses an access file:
 *
 * ```yaml
 * groups:
 *   developers: [alice, bob]
 *   operators: external            # members are named by a token
 * admins: [alice, group:operators] # who may use all of the API
 * rules:
 *   - repositories: ['team/**']
 *     who: [group:developers, carol]
 *     can: [pull, push]
 *   - repositories: ['public/*']
 *     who: [anonymous]             # everybody; authenticated: logged-in users
 *     can: [pull]
 * ```
 *
 * @throws InvalidFile with every mistake in it
 */
export function parseAccessFile(text: string, path: string): AccessRules {
  const source = new YamlSource(text, path);
  const read = new AccessFileReader(source).read();
  source.finish();
  return { path, ...read };
}

/** Reports each mistake to the source, and continues after it. */
class AccessFileReader {
  private readonly groups = new Map<string, Members>();

  constructor(private readonly source: YamlSource) {}

  read(): Omit<AccessRules, 'path'> {
    const file = this.source.record(this.source.root, 'the file', ['rules'], ['groups', 'admins']);
    const groups = file.get('groups');
    for (const [name, value] of groups === undefined ? [] : this.source.map(groups, 'groups')) {
      this.groups.set(name, this.members(value, name));
    }
    const rules = this.list(file.get('rules'), 'rules', (value) => this.rule(value));
    const admins = this.list(file.get('admins'), 'admins', (item) => this.admin(item));
    return { groups: this.groups, rules, admins };
  }

  private members(value: YamlValue, group: string): Members {
    if (this.source.says(value, EXTERNAL)) return EXTERNAL;
    return new Set(this.list(value, `the group ${group}`, (item) => this.member(item)));
  }

  private rule(value: YamlValue): AccessRule {
    const rule = this.source.record(value, 'a rule', ['repositories', 'who', 'can']);
    return {
      line: this.source.lineOf(value),
      repositories: this.list(rule.get('repositories'), 'repositories', (it) => this.pattern(it)),
      who: this.list(rule.get('who'), 'who', (item) => this.who(item)),
      can: this.list(rule.get('can'), 'can', (item) => this.action(item)),
    };
  }

  /** Reads a list that may be missing. A missing list was already reported. */
  private list<T>(
    value: YamlValue | undefined,
    what: string,
    read: (item: YamlValue) => T | undefined,
  ): T[] {
    return value === undefined ? [] : this.source.list(value, what, read);
  }

  private member(value: YamlValue): string | undefined {
    return this.text(value, 'a user in a group', (name) => {
      if (name.startsWith(GROUP_PREFIX)) return 'a group cannot be in a group';
      if (RESERVED_NAMES.includes(name)) return `${name} cannot be in a group: list it under who`;
      return problemOfUser(name);
    });
  }

  private who(value: YamlValue): string | undefined {
    return this.text(value, 'an entry of who', (text) => this.problemOfWho(text));
  }

  private admin(value: YamlValue): string | undefined {
    return this.text(value, 'an entry of admins', (text) => {
      if (text !== 'anonymous') return this.problemOfWho(text);
      return 'anonymous cannot be an administrator: list users and groups';
    });
  }

  private problemOfWho(text: string): string | undefined {
    if (this.groups.has(text)) return `${text} is a group: write ${GROUP_PREFIX}${text}`;
    if (!text.startsWith(GROUP_PREFIX)) return problemOfUser(text);
    const group = text.slice(GROUP_PREFIX.length);
    if (this.groups.has(group)) return undefined;
    return `there is no group ${group}: list its users under groups, or write "${group}: external" there`;
  }

  private action(value: YamlValue): Action | undefined {
    const text = this.text(value, 'an entry of can', (name) =>
      isAction(name) ? undefined : `unknown action "${name}"; allowed: ${ACTIONS.join(', ')}`,
    );
    return text !== undefined && isAction(text) ? text : undefined;
  }

  private pattern(value: YamlValue): RepositoryPattern | undefined {
    const text = this.source.text(value, 'a pattern');
    if (text === undefined) return undefined;
    try {
      return RepositoryPattern.parse(text);
    } catch (error) {
      if (!(error instanceof InvalidPattern)) throw error;
      this.source.report(value.offset, error.message);
      return undefined;
    }
  }

  private text(
    value: YamlValue,
    what: string,
    problemOf: (text: string) => string | undefined,
  ): string | undefined {
    const text = this.source.text(value, what);
    const problem = text === undefined ? undefined : problemOf(text);
    if (problem !== undefined) this.source.report(value.offset, problem);
    return text;
  }
}

function isAction(text: string): text is Action {
  return (ACTIONS as readonly string[]).includes(text);
}

/** Names from other issuers may contain almost anything, but whitespace suggests a forgotten comma. */
function problemOfUser(name: string): string | undefined {
  return /\s/.test(name) ? `"${name}" cannot be a user: it contains a space` : undefined;
}
