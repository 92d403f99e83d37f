import { type AccessRules } from './access-file.js';
import { AccessPolicy, type Decision } from './access-policy.js';
import { type Caller } from './caller.js';
import { RulesPolicy } from './rules-policy.js';
import { OwnGrants } from './own-grants.js';

class Authenticated extends AccessPolicy {
  override decide({ name }: Caller): Decision {
    if (name === undefined) return { allowed: false, because: 'one must log in' };
    return {
      allowed: true,
      because: 'there is no access file: who is logged in may do everything',
    };
  }
}

/** Every logged-in user may do everything, and others nothing. */
export const AUTHENTICATED_ONLY: AccessPolicy = new OwnGrants(new Authenticated());

/** Decides by the current rules. */
export function rulesPolicy(rules: () => AccessRules): AccessPolicy {
  return new OwnGrants(new RulesPolicy(rules));
}
