import { type AccessPolicy } from '../policy/access-policy.js';
import { type Action } from '../policy/action.js';
import { type Caller } from '../policy/caller.js';
import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Challenge } from './challenge.js';
import { covers, type RepositoryScope } from '../tokens/scope.js';

/** What the caller of one request may do. */
export class Rights {
  constructor(
    readonly caller: Caller,
    private readonly policy: AccessPolicy,
    private readonly challenge: Challenge,
    /** The scope of the caller's token, or `undefined` without a token. */
    private readonly scopes: readonly RepositoryScope[] | undefined,
  ) {}

  /** Whether the caller has the right, whatever the token is good for: what a listing shows. */
  has(repository: RepositoryName, action: Action): boolean {
    return this.policy.decide(this.caller, repository, action).allowed;
  }

  /**
   * Demands the right, of what exists and of what does not alike.
   *
   * @throws LoginRequired when a login, or a token that is good for more, might help
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
    const enough = needed.every(({ repository, actions }) =>
      actions.every((action) => covers(scopes, repository, action)),
    );
    if (!enough) throw this.challenge.forMore(needed);
  }

  private refusal(repository: RepositoryName, action: Action): RegistryError {
    if (this.caller.name === undefined) {
      return this.challenge.forLogin([{ repository, actions: [action] }]);
    }
    return new RegistryError('denied', `${this.caller.name} may not ${action} here`);
  }
}
