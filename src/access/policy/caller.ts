import { type Action } from './action.js';

/** Some repositories, by a pattern (`repository-pattern.ts`), and what may be done in them. */
export interface Grant {
  readonly repositories: string;
  readonly actions: readonly Action[];
}

/** Who asks. */
export interface Caller {
  /** `undefined` for whoever did not log in. */
  readonly name: string | undefined;

  /** Groups that whoever vouches for the caller puts it in, beside those of the access file. */
  readonly groups: readonly string[];

  /** Rights of its own, which no rule has to give: those of a robot. It has no others. */
  readonly grants?: readonly Grant[];
}

/** Whoever did not log in. */
export const ANONYMOUS: Caller = { name: undefined, groups: [] };
