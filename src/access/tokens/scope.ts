import { ACTIONS, type Action } from '../policy/action.js';
import { tryParseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';

/** The actions that a token allows in one repository: the `access` claim of the distribution project's token specification. */
export interface RepositoryScope {
  readonly repository: RepositoryName;
  readonly actions: readonly Action[];
}

/** The right to list the repositories, in the form of requests and challenges. */
export const CATALOG = 'registry:catalog:*';

/** The right to use the API below `/api`, in the form of requests and challenges. */
export const API = 'registry:api:*';

/** What a client may request a token for. */
export type Scope = RepositoryScope | typeof CATALOG | typeof API;

/** More than any client requests. Each scope costs a decision. */
const MAX_SCOPES = 100;

/** How many characters the scopes may have together: clients send the token in a header, and it contains them. */
const MAX_SCOPE_CHARACTERS = 4_096;

/** Returns the repository that a client calls `name`, or `undefined` if it cannot exist. */
export type ReadName = (name: string) => RepositoryName | undefined;

/**
 * Parses `scope` parameters such as `repository:team/app:pull,push`, of which one may contain several, separated by spaces.
 * The class in `repository(plugin):…` is ignored.
 *
 * Unknown parts are ignored, as the token specification requires: the client gets a token with less scope.
 */
export function parseScopes(
  parameters: readonly string[],
  readName: ReadName = tryParseRepositoryName,
): Scope[] {
  const texts = withinLimit(textsOf(parameters).slice(0, MAX_SCOPES));
  return texts.flatMap((text) => parseScope(text, readName));
}

/** Whether the parameters request any scope, known or unknown. */
export function hasScope(parameters: readonly string[]): boolean {
  return textsOf(parameters).length > 0;
}

function withinLimit(texts: readonly string[]): string[] {
  let characters = 0;
  return texts.filter((text) => (characters += text.length) <= MAX_SCOPE_CHARACTERS);
}

function textsOf(parameters: readonly string[]): string[] {
  return parameters.flatMap((parameter) => parameter.split(' ')).filter((text) => text !== '');
}

function parseScope(text: string, readName: ReadName): Scope[] {
  if (text === CATALOG || text === API) return [text];
  const [, name = '', wanted = ''] =
    /^repository(?:\([a-z0-9]+\))?:([^:]+):([a-z,*]*)$/.exec(text) ?? [];
  const repository = readName(name);
  if (repository === undefined) return [];
  const words = wanted.split(',');
  const actions = ACTIONS.filter((action) => words.includes(action) || words.includes('*'));
  return [{ repository, actions }];
}

/** Returns a scope in the form of requests and challenges. */
export function scopeText(scope: Scope): string {
  if (typeof scope === 'string') return scope;
  return `repository:${scope.repository}:${scope.actions.join(',')}`;
}

/** Returns the part of `needed` that a token with these scopes does not allow. */
export function lackingIn(
  scopes: readonly RepositoryScope[],
  needed: readonly RepositoryScope[],
): RepositoryScope[] {
  return needed
    .map(({ repository, actions }) => ({
      repository,
      actions: actions.filter((action) => !covers(scopes, repository, action)),
    }))
    .filter(({ actions }) => actions.length > 0);
}

/** Whether a token with these scopes allows `action` in `repository`. */
export function covers(
  scopes: readonly RepositoryScope[],
  repository: RepositoryName,
  action: Action,
): boolean {
  return scopes.some((scope) => scope.repository === repository && scope.actions.includes(action));
}
