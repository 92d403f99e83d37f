import { type Action } from './action.js';

/** Some repositories, by a pattern (`repository-pattern.ts`), and what may be done in them. */
export interface Grant {
  readonly repositories: string;
  readonly actions: readonly Action[];
}

/** Who asks. */
export interface Caller {
  /** `undefined` without a login. */
  readonly name: string | undefined;

  /** Groups from the issuer or host, in addition to those of the access file. */
  readonly groups: readonly string[];

  /** Rights of its own, which no rule has to give: those of a robot. It has no others. */
  readonly grants?: readonly Grant[];
}

/** The caller without a login. */
export const ANONYMOUS: Caller = { name: undefined, groups: [] };
