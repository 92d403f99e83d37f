import { type AccessPolicy } from '../policy/access-policy.js';
import { ANONYMOUS, type Caller } from '../policy/caller.js';
import { type Accounts } from '../identity/accounts.js';
import { API, type RepositoryScope, type Scope } from './scope.js';
import { type Identity, type TokenSubject } from '../identity/subject.js';
import { ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS, type TokenClaims } from './token-claims.js';
import { type Tokens } from './tokens.js';

/** The token that a client requests. */
export interface TokenRequest {
  readonly scopes: readonly Scope[];
  /** Whether a scope is requested, which may be an unknown one. */
  readonly hasScope: boolean;
  /** Whether a refresh token is requested too, for later logins. */
  readonly offline: boolean;
}

/** Times in seconds. */
export interface IssuedTokens {
  readonly token: string;
  readonly expiresIn: number;
  readonly issuedAt: Date;
  readonly refreshToken: string | undefined;
  /** The token's scope, which may be less than requested. */
  readonly scopes: readonly Scope[];
}

/** Clients without a login get a token with the rights of anonymous. */
export const ANONYMOUS_LOGIN: Identity = { subject: { kind: 'anonymous' }, caller: ANONYMOUS };

/** Issues tokens to logged-in clients, for the part of the requested scope that they may use. */
export class TokenIssuer {
  constructor(
    private readonly accounts: Accounts,
    private readonly policy: AccessPolicy,
    private readonly tokens: Tokens,
  ) {}

  /**
   * Resolves to `undefined` if a client without a login may do nothing that it requests. A token would hide from it that a login
   * may help.
   */
  async issue(
    { subject, caller }: Identity,
    request: TokenRequest,
  ): Promise<IssuedTokens | undefined> {
    const scopes = request.scopes.flatMap((scope) => this.allowedPart(caller, scope));
    if (caller.name === undefined && request.hasScope && scopes.length === 0) return undefined;
    const expiresIn = Math.min(ACCESS_TOKEN_SECONDS, secondsLeft(subject));
    const claims: TokenClaims = {
      use: 'access',
      subject,
      scopes: scopes.filter(isOfRepository),
      api: scopes.includes(API),
    };
    const token = await this.tokens.sign(claims, expiresIn);
    const offline = request.offline && (subject.kind === 'user' || subject.kind === 'robot');
    const refreshToken = offline ? await this.refreshToken(subject) : undefined;
    return { token, expiresIn, issuedAt: new Date(), refreshToken, scopes };
  }

  /** Resolves to the identity that a refresh token belongs to, or to `undefined` if it is invalid. */
  async refresh(refreshToken: string): Promise<Identity | undefined> {
    const claims = await this.tokens.verify(refreshToken);
    if (claims?.use !== 'refresh') return undefined;
    const caller = await this.accounts.callerOf(claims.subject);
    return caller && { subject: claims.subject, caller };
  }

  private allowedPart(caller: Caller, scope: Scope): Scope[] {
    if (typeof scope === 'string') {
      return caller.name !== undefined || this.policy.hasPublicPulls() ? [scope] : [];
    }
    const { repository } = scope;
    const actions = scope.actions.filter(
      (action) => this.policy.decide(caller, repository, action).allowed,
    );
    return actions.length > 0 ? [{ repository, actions }] : [];
  }

  private refreshToken(subject: TokenSubject): Promise<string> {
    const claims: TokenClaims = { use: 'refresh', subject, scopes: [], api: false };
    return this.tokens.sign(claims, REFRESH_TOKEN_SECONDS);
  }
}

/** The catalog is not among the claims: every valid token lists what its owner may pull. */
function isOfRepository(scope: Scope): scope is RepositoryScope {
  return typeof scope !== 'string';
}

/** Returns the remaining lifetime of the login. Only external logins expire by themselves. */
function secondsLeft(subject: TokenSubject): number {
  if (subject.kind !== 'external') return Infinity;
  return Math.max(1, Math.floor((subject.until - Date.now()) / 1_000));
}
