import { parseUsers, RESERVED_NAMES } from '../access/identity/users-file.js';
import { parseAccessFile, type AccessRules } from '../access/policy/access-file.js';
import { GROUP_PREFIX } from '../access/policy/caller.js';
import { ACTIONS } from '../access/policy/action.js';
import { ANONYMOUS, type Caller } from '../access/policy/caller.js';
import { rulesPolicy } from '../access/policy/policies.js';
import { ignoreNotFound } from '../files/errors.js';
import { warningsAboutIssuer } from '../access/policy/wide-rules.js';
import { readText } from '../files/watched-file.js';
import { type Settings } from '../config/settings.js';
import { tryParseRepositoryName } from '../domain/repository-name.js';
import { withFile } from './access-files.js';
import { PlainFailure } from './plain-failure.js';

type Print = (line: string) => void;

/** A question to the access file, with the words that were typed. */
export interface AccessQuestion {
  readonly caller: string;
  /** The external groups of the caller. */
  readonly groups: readonly string[];
  readonly action: string;
  readonly repository: string;
}

/**
 * Checks the access file, or prints which rule decides `question`.
 *
 * Returns whether the file allows what is asked; true without a question. @throws PlainFailure with
 * every mistake of the file
 */
export function checkAccess(
  settings: Settings,
  { file, question }: { readonly file?: string | undefined; readonly question?: AccessQuestion },
  print: Print,
): Promise<boolean> {
  return withFile(settings, 'accessFile', file, async (path) => {
    const rules = parseAccessFile(await readText(path), path);
    if (question !== undefined) return answer(rules, question, print);
    for (const warning of await unknownUsers(settings, rules)) print(warning);
    const { oidcIssuer, oidcRequire } = settings.auth;
    if (oidcIssuer !== '' && oidcRequire.length === 0) {
      warningsAboutIssuer(rules, oidcIssuer).forEach((warning) => print(`warning: ${warning}`));
    }
    print(`${path} is in order (groups: ${rules.groups.size}, rules: ${rules.rules.length})`);
    return true;
  });
}

/** Returns a line for each user of the file who cannot log in: mostly a misspelt name. */
async function unknownUsers({ auth }: Settings, rules: AccessRules): Promise<string[]> {
  // An external issuer may know users who are in no file.
  if (auth.usersFile === '' || auth.oidcIssuer !== '') return [];
  const text = await readText(auth.usersFile).catch(ignoreNotFound);
  const users = parseUsers(text ?? '', auth.usersFile);
  return usersOf(rules)
    .filter(([name]) => !users.has(name))
    .map(([name, where]) => `warning: ${name} (${where}) is not in ${auth.usersFile}`);
}

function usersOf({ rules, groups }: AccessRules): [name: string, where: string][] {
  const inRules = rules.flatMap(({ who, line }) =>
    who
      .filter((entry) => !entry.startsWith(GROUP_PREFIX) && !RESERVED_NAMES.includes(entry))
      .map((name): [string, string] => [name, `in the rule at line ${line}`]),
  );
  const inGroups = [...groups].flatMap(([group, members]) =>
    members === 'external'
      ? []
      : [...members].map((name): [string, string] => [name, `in the group ${group}`]),
  );
  return [...inGroups, ...inRules];
}

function answer(rules: AccessRules, question: AccessQuestion, print: Print): boolean {
  const repository = tryParseRepositoryName(question.repository);
  if (repository === undefined) {
    throw new PlainFailure(`${question.repository} is not a valid repository name`);
  }
  const action = ACTIONS.find((known) => known === question.action);
  if (action === undefined) {
    throw new PlainFailure(`unknown action ${question.action}; allowed: ${ACTIONS.join(', ')}`);
  }
  const decision = rulesPolicy(() => rules).decide(callerOf(question), repository, action);
  print(`${decision.allowed ? 'yes' : 'no'}: ${decision.because}`);
  return decision.allowed;
}

function callerOf({ caller, groups }: AccessQuestion): Caller {
  return caller === 'anonymous' ? ANONYMOUS : { name: caller, groups };
}
