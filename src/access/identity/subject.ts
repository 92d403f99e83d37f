import { type Caller } from '../policy/caller.js';

/** Whom a credential stands for, so that a token can say it, and whether it is still so can be asked again. */
export type Subject =
  | { readonly kind: 'anonymous' }
  /** `print` changes with the password. */
  | { readonly kind: 'user'; readonly name: string; readonly print: string }
  | { readonly kind: 'robot'; readonly id: string }
  /** Whom another issuer vouches for, until then (milliseconds since the epoch). */
  | {
      readonly kind: 'external';
      readonly name: string;
      readonly groups: readonly string[];
      readonly until: number;
    };

/** A subject, and what is known of it now. */
export interface Login {
  readonly subject: Subject;
  readonly caller: Caller;
}
