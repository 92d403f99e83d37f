import { type AccessPolicy } from '../policy/access-policy.js';
import { type Action } from '../policy/action.js';
import { ANONYMOUS, type Caller } from '../policy/caller.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Challenge } from './challenge.js';
import { covers, lackingIn, type RepositoryScope } from '../tokens/scope.js';

/** The rights of the caller of one request. */
export class Rights {
  constructor(
    readonly caller: Caller,
    private readonly policy: AccessPolicy,
    private readonly challenge: Challenge,
    /** The scope of the caller's token, or `undefined` without a token. */
    private readonly scopes: readonly RepositoryScope[] | undefined,
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
    const { scopes } = this;
    if (!this.has(repository, 'pull')) return false;
    if (scopes === undefined || covers(scopes, repository, 'pull')) return true;
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
    const { scopes } = this;
    if (scopes === undefined) return;
    const lacking = lackingIn(scopes, needed);
    if (lacking.length > 0) throw this.challenge.forMore(needed, lacking);
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
