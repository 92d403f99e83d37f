import { type RepositoryName } from '../domain/repository-name.js';
import { AccessPolicy, type Decision } from './access-policy.js';
import { type Action } from './action.js';
import { type Caller, type Grant } from './caller.js';
import { InvalidPattern, RepositoryPattern } from './repository-pattern.js';

/** Allows what another policy does, as far as the caller's credential is good for it. */
export class WithinLimits extends AccessPolicy {
  private readonly patterns = new WeakMap<Grant, RepositoryPattern | 'none'>();

  constructor(private readonly policy: AccessPolicy) {
    super();
  }

  override decide(caller: Caller, repository: RepositoryName, action: Action): Decision {
    const decision = this.policy.decide(caller, repository, action);
    if (!decision.allowed || caller.limits === undefined) return decision;
    if (caller.limits.some((grant) => this.covers(grant, repository, action))) return decision;
    const because = `the credential is not good for ${action} in ${repository}, though its owner is: ${decision.because}`;
    return { allowed: false, because };
  }

  private covers(grant: Grant, repository: RepositoryName, action: Action): boolean {
    if (!grant.actions.includes(action)) return false;
    let pattern = this.patterns.get(grant);
    if (pattern === undefined) this.patterns.set(grant, (pattern = parse(grant.repositories)));
    return pattern !== 'none' && pattern.matches(repository);
  }
}

/** A pattern that makes no sense means no repository: it was to limit something. */
function parse(text: string): RepositoryPattern | 'none' {
  try {
    return RepositoryPattern.parse(text);
  } catch (error) {
    if (error instanceof InvalidPattern) return 'none';
    throw error;
  }
}
