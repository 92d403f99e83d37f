import { AccessPolicy, type Decision } from './access-policy.js';

class Everybody extends AccessPolicy {
  override decide(): Decision {
    return { allowed: true, because: 'there are no logins: everybody may do everything' };
  }
}

/** Everybody may do everything. */
export const ALLOW_ALL: AccessPolicy = new Everybody();
