import { type AccessPolicy } from '../policy/access-policy.js';
import { ANONYMOUS } from '../policy/caller.js';
import { type Accounts } from '../identity/accounts.js';
import { type RepositoryScope } from './scope.js';
import { type Identity, type TokenSubject } from '../identity/subject.js';
import { ACCESS_TOKEN_SECONDS, REFRESH_TOKEN_SECONDS, type TokenClaims } from './token-claims.js';
import { type Tokens } from './tokens.js';

/** The token that a client requests. */
export interface TokenRequest {
  readonly scopes: readonly RepositoryScope[];
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
  readonly scopes: readonly RepositoryScope[];
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

  async issue({ subject, caller }: Identity, request: TokenRequest): Promise<IssuedTokens> {
    const may = ({ repository, actions }: RepositoryScope): RepositoryScope => ({
      repository,
      actions: actions.filter((action) => this.policy.decide(caller, repository, action).allowed),
    });
    const scopes = request.scopes.map(may).filter(({ actions }) => actions.length > 0);
    const expiresIn = Math.min(ACCESS_TOKEN_SECONDS, secondsLeft(subject));
    const token = await this.tokens.sign({ use: 'access', subject, scopes }, expiresIn);
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

  private refreshToken(subject: TokenSubject): Promise<string> {
    const claims: TokenClaims = { use: 'refresh', subject, scopes: [] };
    return this.tokens.sign(claims, REFRESH_TOKEN_SECONDS);
  }
}

/** Returns the remaining lifetime of the login. Only external logins expire by themselves. */
function secondsLeft(subject: TokenSubject): number {
  if (subject.kind !== 'external') return Infinity;
  return Math.max(1, Math.floor((subject.until - Date.now()) / 1_000));
}
