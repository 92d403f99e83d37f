import { ACTIONS, type Action } from '../policy/action.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** What a token is good for in one repository; the `access` claim of the distribution project's token specification. */
export interface RepositoryScope {
  readonly repository: RepositoryName;
  readonly actions: readonly Action[];
}

/** More than any client asks for; each costs a decision. */
const MAX_SCOPES = 100;

/**
 * The repositories and actions of `scope` parameters such as `repository:team/app:pull,push`, several in one with spaces between.
 *
 * What is not known is passed over, as the token specification has it: the client gets a token that is good for less.
 */
export function parseScopes(parameters: readonly string[]): RepositoryScope[] {
  const texts = parameters.flatMap((parameter) => parameter.split(' '));
  return texts.slice(0, MAX_SCOPES).flatMap(parseScope);
}

function parseScope(text: string): RepositoryScope[] {
  const [, name = '', wanted = ''] = /^repository:([^:]+):([a-z,*]*)$/.exec(text) ?? [];
  const repository = tryParseRepositoryName(name);
  if (repository === undefined) return [];
  const words = wanted.split(',');
  const actions = ACTIONS.filter((action) => words.includes(action) || words.includes('*'));
  return [{ repository, actions }];
}

/** One scope as a challenge names it. */
export function scopeText({ repository, actions }: RepositoryScope): string {
  return `repository:${repository}:${actions.join(',')}`;
}

/** Whether a token with these scopes is good for `action` in `repository`. */
export function covers(
  scopes: readonly RepositoryScope[],
  repository: RepositoryName,
  action: Action,
): boolean {
  return scopes.some((scope) => scope.repository === repository && scope.actions.includes(action));
}
