import { ACTIONS, type Action } from '../policy/action.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** The actions that a token allows in one repository: the `access` claim of the distribution project's token specification. */
export interface RepositoryScope {
  readonly repository: RepositoryName;
  readonly actions: readonly Action[];
}

/** More than any client requests. Each scope costs a decision. */
const MAX_SCOPES = 100;

/**
 * Parses `scope` parameters such as `repository:team/app:pull,push`, of which one may contain several, separated by spaces.
 * The class in `repository(plugin):…` is ignored.
 *
 * Unknown parts are ignored, as the token specification requires: the client gets a token with less scope.
 */
export function parseScopes(parameters: readonly string[]): RepositoryScope[] {
  const texts = parameters.flatMap((parameter) => parameter.split(' '));
  return texts.slice(0, MAX_SCOPES).flatMap(parseScope);
}

function parseScope(text: string): RepositoryScope[] {
  const [, name = '', wanted = ''] =
    /^repository(?:\([a-z0-9]+\))?:([^:]+):([a-z,*]*)$/.exec(text) ?? [];
  const repository = tryParseRepositoryName(name);
  if (repository === undefined) return [];
  const words = wanted.split(',');
  const actions = ACTIONS.filter((action) => words.includes(action) || words.includes('*'));
  return [{ repository, actions }];
}

/** Returns a scope in the form used by challenges. */
export function scopeText({ repository, actions }: RepositoryScope): string {
  return `repository:${repository}:${actions.join(',')}`;
}

/** Whether a token with these scopes allows `action` in `repository`. */
export function covers(
  scopes: readonly RepositoryScope[],
  repository: RepositoryName,
  action: Action,
): boolean {
  return scopes.some((scope) => scope.repository === repository && scope.actions.includes(action));
}
