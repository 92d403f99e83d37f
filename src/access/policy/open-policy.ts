import { AccessPolicy, type Decision, type GivenRight } from './access-policy.js';
import { ACTIONS } from './action.js';

const BECAUSE = 'there are no logins: everybody may do everything';

class AllowAllPolicy extends AccessPolicy {
  override decide(): Decision {
    return { allowed: true, because: BECAUSE };
  }

  override isAdmin(): boolean {
    return true;
  }

  override rightsOf(): readonly GivenRight[] {
    return [{ repositories: '**', actions: ACTIONS, because: BECAUSE }];
  }

  override isOneOf(): boolean {
    return true;
  }

  override hasPublicPulls(): boolean {
    return true;
  }
}

/** Allows everything to everybody. */
export const ALLOW_ALL: AccessPolicy = new AllowAllPolicy();
