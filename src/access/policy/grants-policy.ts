import { type RepositoryName } from '../../domain/repository-name.js';
import { AccessPolicy, type Decision, type GivenRight } from './access-policy.js';
import { type Action } from './action.js';
import { type Caller, type Grant } from './caller.js';
import { InvalidPattern, RepositoryPattern } from './repository-pattern.js';

/** Decides about callers with grants by these alone, and about all other callers by another policy. */
export class GrantsPolicy extends AccessPolicy {
  private readonly patterns = new WeakMap<Grant, RepositoryPattern | 'none'>();

  constructor(private readonly policy: AccessPolicy) {
    super();
  }

  override decide(caller: Caller, repository: RepositoryName, action: Action): Decision {
    const { grants, name = '' } = caller;
    if (grants === undefined) return this.policy.decide(caller, repository, action);
    const grant = grants.find((one) => this.covers(one, repository, action));
    if (grant === undefined) {
      return {
        allowed: false,
        because: `${name} was created without the right to ${action} in ${repository}`,
      };
    }
    return { allowed: true, because: sentenceOf(name, grant) };
  }

  override rightsOf(caller: Caller): readonly GivenRight[] | undefined {
    const { grants, name = '' } = caller;
    return grants === undefined
      ? this.policy.rightsOf(caller)
      : grants.map((grant) => ({ ...grant, because: sentenceOf(name, grant) }));
  }

  /** A robot has exactly its grants. */
  override isAdmin(caller: Caller): boolean {
    return caller.grants === undefined && this.policy.isAdmin(caller);
  }

  override isOneOf(caller: Caller, who: readonly string[]): boolean {
    return caller.grants === undefined
      ? this.policy.isOneOf(caller, who)
      : super.isOneOf(caller, who);
  }

  override hasPublicPulls(): boolean {
    return this.policy.hasPublicPulls();
  }

  private covers(grant: Grant, repository: RepositoryName, action: Action): boolean {
    if (!grant.actions.includes(action)) return false;
    let pattern = this.patterns.get(grant);
    if (pattern === undefined) this.patterns.set(grant, (pattern = parse(grant.repositories)));
    return pattern !== 'none' && pattern.matches(repository);
  }
}

function sentenceOf(name: string, { actions, repositories }: Grant): string {
  return `${name} was created with the right to ${actions.join(', ')} in ${repositories}`;
}

/** Parses a grant's pattern. An invalid one matches no repository. */
function parse(text: string): RepositoryPattern | 'none' {
  try {
    return RepositoryPattern.parse(text);
  } catch (error) {
    if (error instanceof InvalidPattern) return 'none';
    throw error;
  }
}
