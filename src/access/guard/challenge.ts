import { type Action } from '../policy/action.js';
import { LoginRequired } from '../../http/oci/login-required.js';
import { scopeText, type Scope } from '../tokens/scope.js';
import { SERVICE } from '../tokens/token-claims.js';

/** The path of the token endpoint. It is below /v2/, because that is what proxies let through. */
export const TOKEN_PATH = '/v2/_token';

/** The actions that clients request together: a push begins with reads. */
const TOGETHER: Readonly<Record<Action, readonly Action[]>> = {
  pull: ['pull'],
  push: ['pull', 'push'],
  delete: ['pull', 'delete'],
};

/** How a sentence joins an action and its repository. */
const PREPOSITIONS: Readonly<Record<Action, string>> = { pull: 'from', push: 'to', delete: 'in' };

/** What helps a client without a valid login. */
const LOG_IN = { advice: 'log in with a name and a password or token, as docker login does' };

/** Browsers ask a person for a password at this challenge. */
const BASIC = 'Basic realm="Berth", charset="UTF-8"';

/** Browsers do nothing at a scheme that they do not know, and the page asks for the login. */
const SESSION = 'Session realm="Berth"';

/** Builds the login challenges: RFC 7617, or the token flow of the distribution project's specification. */
export class Challenge {
  /**
   * @param realm the URL of the token endpoint for Bearer; `undefined` for Basic
   * @param ofPage whether a page asks for the login, so that the browser must not do it
   */
  constructor(
    private readonly realm: string | undefined,
    private readonly ofPage = false,
  ) {}

  /** Challenges a client without a login. */
  forLogin(scopes: readonly Scope[] = []): LoginRequired {
    return new LoginRequired('log in first', this.text(scopes), LOG_IN);
  }

  /** Challenges a client whose login failed. */
  forWrongLogin(scopes: readonly Scope[] = []): LoginRequired {
    const challenge = this.text(scopes, 'invalid_token');
    return new LoginRequired('invalid or expired credentials', challenge, LOG_IN);
  }

  /**
   * Challenges a client whose token does not have enough scope.
   *
   * @param lacking the part of `needed` that the token does not allow. The message names only this part.
   */
  forMore(needed: readonly Scope[], lacking: readonly Scope[]): LoginRequired {
    return new LoginRequired(
      `the token does not allow ${lacking.flatMap(described).join(' and ')}: request one with the scope in WWW-Authenticate`,
      this.text(needed, 'insufficient_scope'),
      { lacking: lacking.map(scopeText) },
    );
  }

  private text(scopes: readonly Scope[], error?: string): string {
    if (this.realm === undefined) return this.ofPage ? SESSION : BASIC;
    const scope = scopes.map(widened).map(scopeText).join(' ');
    return [
      `Bearer realm="${this.realm}"`,
      `service="${SERVICE}"`,
      ...(scope === '' ? [] : [`scope="${scope}"`]),
      ...(error === undefined ? [] : [`error="${error}"`]),
    ].join(',');
  }
}

function described(scope: Scope): string[] {
  if (typeof scope === 'string') return ['the use of the API'];
  const { repository, actions } = scope;
  return actions.map((action) => `${action} ${PREPOSITIONS[action]} ${repository}`);
}

function widened(scope: Scope): Scope {
  if (typeof scope === 'string') return scope;
  const { repository, actions } = scope;
  return { repository, actions: [...new Set(actions.flatMap((action) => TOGETHER[action]))] };
}
