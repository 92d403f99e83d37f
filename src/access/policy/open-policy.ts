import { AccessPolicy, type Decision } from './access-policy.js';

class AllowAllPolicy extends AccessPolicy {
  override decide(): Decision {
    return { allowed: true, because: 'there are no logins: everybody may do everything' };
  }

  override isAdmin(): boolean {
    return true;
  }

  override hasPublicPulls(): boolean {
    return true;
  }
}

/** Allows everything to everybody. */
export const ALLOW_ALL: AccessPolicy = new AllowAllPolicy();
