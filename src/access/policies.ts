import { type AccessRules } from './access-file.js';
import { AccessPolicy, type Decision } from './access-policy.js';
import { type Caller } from './caller.js';
import { RulesPolicy } from './rules-policy.js';
import { WithinLimits } from './within-limits.js';

class Everybody extends AccessPolicy {
  override decide(): Decision {
    return { allowed: true, because: 'there are no logins: everybody may do everything' };
  }
}

class Authenticated extends AccessPolicy {
  override decide({ name }: Caller): Decision {
    if (name === undefined)
      return { allowed: false, because: 'without an access file, one must log in' };
    return {
      allowed: true,
      because: 'without an access file, whoever is logged in may do everything',
    };
  }
}

/** Everybody may do everything. */
export const OPEN: AccessPolicy = new WithinLimits(new Everybody());

/** Whoever is logged in may do everything, and nobody else anything. */
export const AUTHENTICATED: AccessPolicy = new WithinLimits(new Authenticated());

/** Whoever the rules of this moment give something may do that. */
export function byRules(rules: () => AccessRules): AccessPolicy {
  return new WithinLimits(new RulesPolicy(rules));
}
