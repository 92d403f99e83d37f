import { type Caller } from '../policy/caller.js';

/** The holder of a credential, as named in a token. Its validity can be checked again later. */
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

/** A subject and its current caller. */
export interface Identity {
  readonly subject: TokenSubject;
  readonly caller: Caller;
}
