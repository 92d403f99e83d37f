import { type RepositoryName } from '../../domain/repository-name.js';
import { type Action } from './action.js';
import { GROUP_PREFIX, type Caller } from './caller.js';

/** A decision and its reason: the rule and its place, worded for the operator. */
export interface Decision {
  readonly allowed: boolean;
  readonly because: string;
}

/** Actions that a caller may do in all repositories of a pattern, and the reason, as in a `Decision`. */
export interface GivenRight {
  /** A pattern (`repository-pattern.ts`). */
  readonly repositories: string;
  readonly actions: readonly Action[];
  readonly because: string;
}

/** Decides who may do what in which repository. Whether the content exists has no influence. */
export abstract class AccessPolicy {
  /** Returns synchronously, because it is called for every request and every line of a listing. */
  abstract decide(caller: Caller, repository: RepositoryName, action: Action): Decision;

  /** Returns whether the caller may see and do what concerns the whole registry, through the API. */
  abstract isAdmin(caller: Caller): boolean;

  /** Returns all rights of the caller, or `undefined` if another program decides each case. */
  abstract rightsOf(caller: Caller): readonly GivenRight[] | undefined;

  /**
   * Returns whether the caller is among these users and groups, as lists of the access file name them. By default, only the issuer
   * decides who is in a group.
   */
  isOneOf({ name, groups }: Caller, who: readonly string[]): boolean {
    if (who.includes('anonymous')) return true;
    if (name === undefined) return false;
    const own = [name, 'authenticated', ...groups.map((group) => GROUP_PREFIX + group)];
    return own.some((entry) => who.includes(entry));
  }

  /** Returns whether a client without a login may pull from some repository, which need not exist. */
  hasPublicPulls(): boolean {
    return false;
  }
}
