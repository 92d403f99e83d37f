import { parseAccessFile, type AccessRules } from '../access/policy/access-file.js';
import { ACTIONS } from '../access/policy/action.js';
import { ANONYMOUS, type Caller } from '../access/policy/caller.js';
import { rulesPolicy } from '../access/policy/policies.js';
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
    print(`${path} is in order (groups: ${rules.groups.size}, rules: ${rules.rules.length})`);
    return true;
  });
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
