import { basename } from 'node:path';

import { type RepositoryName } from '../../domain/repository-name.js';
import { GROUP_PREFIX, type AccessRule, type AccessRules } from './access-file.js';
import { AccessPolicy, type Decision } from './access-policy.js';
import { type Action } from './action.js';
import { type Caller } from './caller.js';

/** Allows what a rule of the access file gives; rules only add, so their order means nothing. */
export class RulesPolicy extends AccessPolicy {
  constructor(
    /** Those at this moment. */
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
}

function sentenceOf(path: string, { line, can }: AccessRule, who: string, where: string): string {
  return `rule at line ${line} of ${basename(path)}: ${who} can ${can.join(', ')} in ${where}`;
}

function isMeant(entry: string, { name, groups }: Caller, file: AccessRules): boolean {
  if (entry === 'anonymous') return true;
  if (name === undefined) return false;
  if (entry === 'authenticated') return true;
  // First, so that nobody is in a group by being called like one.
  if (!entry.startsWith(GROUP_PREFIX)) return entry === name;
  const group = entry.slice(GROUP_PREFIX.length);
  const members = file.groups.get(group);
  return members === 'external' ? groups.includes(group) : members?.has(name) === true;
}
