import { type AccessRules } from './access-file.js';
import { AccessPolicy, type Decision, type GivenRight } from './access-policy.js';
import { ACTIONS } from './action.js';
import { type Caller } from './caller.js';
import { RulesPolicy } from './rules-policy.js';
import { GrantsPolicy } from './grants-policy.js';

const NO_FILE = 'there is no access file: logged-in users may do everything';

class Authenticated extends AccessPolicy {
  override decide({ name }: Caller): Decision {
    if (name === undefined) return { allowed: false, because: 'a login is required' };
    return { allowed: true, because: NO_FILE };
  }

  override isAdmin({ name }: Caller): boolean {
    return name !== undefined;
  }

  override rightsOf({ name }: Caller): readonly GivenRight[] {
    return name === undefined ? [] : [{ repositories: '**', actions: ACTIONS, because: NO_FILE }];
  }
}

/** Allows everything to logged-in users, and nothing to others. */
export const AUTHENTICATED_ONLY: AccessPolicy = new GrantsPolicy(new Authenticated());

/** Decides by the current rules. */
export function rulesPolicy(rules: () => AccessRules): AccessPolicy {
  return new GrantsPolicy(new RulesPolicy(rules));
}
