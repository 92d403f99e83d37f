import { basename } from 'node:path';

import { type RepositoryName } from '../../domain/repository-name.js';
import { type AccessRule, type AccessRules } from './access-file.js';
import { AccessPolicy, type Decision, type GivenRight } from './access-policy.js';
import { type Action } from './action.js';
import { GROUP_PREFIX, type Caller } from './caller.js';

/** Allows everything that any rule of the access file grants. Rules only add rights, so their order does not matter. */
export class RulesPolicy extends AccessPolicy {
  constructor(
    /** Returns the current rules. */
    private readonly rules: () => AccessRules,
  ) {
    super();
  }

  override decide(caller: Caller, repository: RepositoryName, action: Action): Decision {
    const file = this.rules();
    for (const rule of file.rules) {
      if (!rule.can.includes(action)) continue;
      const who = rule.who.find((entry) => isMeant(entry, caller, file));
      if (who === undefined) continue;
      const pattern = rule.repositories.find((candidate) => candidate.matches(repository));
      if (pattern === undefined) continue;
      return { allowed: true, because: sentenceOf(file.path, rule, who, pattern.text) };
    }
    const { name = 'anonymous' } = caller;
    const because = `no rule of ${basename(file.path)} lets ${name} ${action} in ${repository}`;
    return { allowed: false, because };
  }

  override isAdmin(caller: Caller): boolean {
    const file = this.rules();
    return file.admins.some((entry) => isMeant(entry, caller, file));
  }

  override rightsOf(caller: Caller): readonly GivenRight[] {
    const file = this.rules();
    return file.rules.flatMap((rule) => {
      const who = rule.who.find((entry) => isMeant(entry, caller, file));
      if (who === undefined) return [];
      return rule.repositories.map(({ text }) => {
        return {
          repositories: text,
          actions: rule.can,
          because: sentenceOf(file.path, rule, who, text),
        };
      });
    });
  }

  override isOneOf(caller: Caller, who: readonly string[]): boolean {
    const file = this.rules();
    return who.some((entry) => isMeant(entry, caller, file));
  }

  override hasPublicPulls(): boolean {
    return this.rules().rules.some(
      ({ who, can }) => who.includes('anonymous') && can.includes('pull'),
    );
  }
}

function sentenceOf(path: string, { line, can }: AccessRule, who: string, where: string): string {
  return `rule at line ${line} of ${basename(path)}: ${who} can ${can.join(', ')} in ${where}`;
}

function isMeant(entry: string, { name, groups }: Caller, file: AccessRules): boolean {
  if (entry === 'anonymous') return true;
  if (name === undefined) return false;
  if (entry === 'authenticated') return true;
  // Users are compared first: a user whose name looks like a group must not become a member of it.
  if (!entry.startsWith(GROUP_PREFIX)) return entry === name;
  const group = entry.slice(GROUP_PREFIX.length);
  const members = file.groups.get(group);
  return members === 'external' ? groups.includes(group) : members?.has(name) === true;
}
