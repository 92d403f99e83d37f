import { type AccessPolicy, type GivenRight } from '../policy/access-policy.js';
import { type Action } from '../policy/action.js';
import { ANONYMOUS, type Caller } from '../policy/caller.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import { type Challenge } from './challenge.js';
import { API, covers, lackingIn, type RepositoryScope } from '../tokens/scope.js';
import { type TokenClaims } from '../tokens/token-claims.js';

/** What a token allows. */
export type TokenScope = Pick<TokenClaims, 'scopes' | 'api'>;

/** The rights of the caller of one request. */
export class Rights {
  constructor(
    readonly caller: Caller,
    private readonly policy: AccessPolicy,
    private readonly challenge: Challenge,
    /** The scope of the caller's token, or `undefined` without a token. */
    private readonly token: TokenScope | undefined,
  ) {}

  /**
   * Returns whether the caller has the right, regardless of the token's scope, because listings show everything that the caller may
   * read.
   */
  has(repository: RepositoryName, action: Action): boolean {
    return this.policy.decide(this.caller, repository, action).allowed;
  }

  /**
   * Whether content of the repository may be read with this request's credentials: the token's scope covers it, or everybody
   * may pull it.
   */
  mayRead(repository: RepositoryName): boolean {
    const { token } = this;
    if (!this.has(repository, 'pull')) return false;
    if (token === undefined || covers(token.scopes, repository, 'pull')) return true;
    return this.policy.decide(ANONYMOUS, repository, 'pull').allowed;
  }

  /**
   * Requires the right, whether the content exists or not.
   *
   * @throws LoginRequired when a login, or a token with more scope, might help
   * @throws RegistryError `denied`
   */
  demand(repository: RepositoryName, action: Action): void {
    if (!this.has(repository, action)) throw this.refusal(repository, action);
    this.demandToken([{ repository, actions: [action] }]);
  }

  /**
   * Requires that the caller's token, if any, has all of these in its scope.
   *
   * @throws LoginRequired with one challenge for all of them
   */
  demandToken(needed: readonly RepositoryScope[]): void {
    if (this.token === undefined) return;
    const lacking = lackingIn(this.token.scopes, needed);
    if (lacking.length > 0) throw this.challenge.forMore(needed, lacking);
  }

  /** Whether the caller is among these users and groups, as lists of the access file name them. */
  isOneOf(who: readonly string[]): boolean {
    return this.policy.isOneOf(this.caller, who);
  }

  /** Whether the caller may see and do what concerns the whole registry. */
  get isAdmin(): boolean {
    return this.policy.isAdmin(this.caller);
  }

  /** All rights of the caller, regardless of the token's scope. `undefined` if another program decides each case. */
  get given(): readonly GivenRight[] | undefined {
    return this.policy.rightsOf(this.caller);
  }

  /** Whether the caller may use the API. */
  get mayUseApi(): boolean {
    return !this.isStranger && this.token?.api !== false;
  }

  /** Whether nobody has logged in, and nothing is public. */
  private get isStranger(): boolean {
    if (this.caller.name !== undefined || this.isAdmin) return false;
    return !this.policy.hasPublicPulls();
  }

  /**
   * Requires that the caller may use the API: a login, unless something is public, and a token with this scope, if any.
   *
   * @throws LoginRequired
   */
  demandApi(): void {
    if (this.isStranger) throw this.challenge.forLogin([API]);
    if (this.token !== undefined && !this.token.api) throw this.challenge.forMore([API], [API]);
  }

  /**
   * Requires a right for the API, where a repository that the caller may not pull does not exist.
   *
   * @throws LoginRequired @throws RegistryError `name-unknown` or `denied`
   */
  demandInApi(repository: RepositoryName, action: Action): void {
    if (this.has(repository, action)) return;
    if (this.caller.name !== undefined && !this.has(repository, 'pull')) {
      throw unknownRepository(repository);
    }
    if (this.caller.name === undefined) throw this.challenge.forLogin([API]);
    throw this.refusal(repository, action);
  }

  /** Requires an administrator. @throws LoginRequired @throws RegistryError `denied` */
  demandAdmin(): void {
    if (this.isAdmin) return;
    const { name } = this.caller;
    if (name === undefined) throw this.challenge.forLogin([API]);
    const advice = 'ask the operator to list you under admins in the access file';
    throw new RegistryError('denied', `${name} is not an administrator`, { advice });
  }

  private refusal(repository: RepositoryName, action: Action): RegistryError {
    if (this.caller.name === undefined) {
      return this.challenge.forLogin([{ repository, actions: [action] }]);
    }
    return new RegistryError('denied', `${this.caller.name} may not ${action} here`, {
      repository,
      lacking: action,
    });
  }
}
