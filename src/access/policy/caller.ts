import { type Action } from './action.js';

/** Actions that are allowed in all repositories of a pattern (`repository-pattern.ts`). */
export interface Grant {
  readonly repositories: string;
  readonly actions: readonly Action[];
}

/** The prefix of groups in lists that also contain users. It keeps groups and users of the same name apart. */
export const GROUP_PREFIX = 'group:';

/** The sender of a request. */
export interface Caller {
  /** `undefined` without a login. */
  readonly name: string | undefined;

  /** Groups from the issuer or host, in addition to those of the access file. */
  readonly groups: readonly string[];

  /** The rights of a robot. Rules do not apply to a caller that has them. */
  readonly grants?: readonly Grant[];
}

/** The caller without a login. */
export const ANONYMOUS: Caller = { name: undefined, groups: [] };
