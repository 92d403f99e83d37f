import { type Caller } from '../policy/caller.js';

/** The holder of a credential, as a token names it: whether the credential is still valid can be checked again. */
export type TokenSubject =
  | { readonly kind: 'anonymous' }
  /** The fingerprint changes with the password. */
  | { readonly kind: 'user'; readonly name: string; readonly passwordFingerprint: string }
  | { readonly kind: 'robot'; readonly id: string }
  /** A user of an external issuer; `until` is in milliseconds since the epoch. */
  | {
      readonly kind: 'external';
      readonly name: string;
      readonly groups: readonly string[];
      readonly until: number;
    };

/** A subject, and the caller that it is now. */
export interface Identity {
  readonly subject: TokenSubject;
  readonly caller: Caller;
}
