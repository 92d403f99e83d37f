import { type RepositoryName } from '../../domain/repository-name.js';
import { type WatchedFile } from '../../files/watched-file.js';
import { type Users } from '../identity/users-file.js';
import { type AccessRules } from '../policy/access-file.js';
import { type AccessPolicy, type Decision } from '../policy/access-policy.js';
import { ACTIONS, type Action } from '../policy/action.js';
import { ANONYMOUS, type Caller } from '../policy/caller.js';

/** A file that decides who may do what. */
export interface AccessFileState {
  readonly holds: 'users' | 'rules';
  readonly path: string;
  /** Why the present content is not in use. Absent if it is in use. */
  readonly problem?: string;
}

/** What a person may do in one repository, and by which rules. */
export interface PersonRights {
  readonly actions: readonly Action[];
  readonly because: readonly string[];
}

/** The name that stands for a client without a login. No user can have it. */
const NOBODY = 'anonymous';

/** The people of the users file, and what the rules let them do. People of another issuer are unknown until they log in. */
export class People {
  constructor(
    private readonly policy: AccessPolicy,
    private readonly users: WatchedFile<Users> | undefined,
    private readonly access: WatchedFile<AccessRules> | undefined,
  ) {}

  /** The names of all users in the order of their file, after `anonymous` for clients without a login. */
  get names(): string[] {
    return [NOBODY, ...(this.users?.value.keys() ?? [])];
  }

  /** The rules that are in use, or `undefined` without an access file. */
  get rules(): AccessRules | undefined {
    return this.access?.value;
  }

  /** The files and their states. */
  get files(): AccessFileState[] {
    const states = [
      this.users && stateOf('users', this.users),
      this.access && stateOf('rules', this.access),
    ];
    return states.filter((state) => state !== undefined);
  }

  isAdmin(name: string): boolean {
    return this.policy.isAdmin(callerOf(name));
  }

  /** Returns what a person may do in a repository. Groups that only an issuer knows are not considered. */
  rightsOf(name: string, repository: RepositoryName): PersonRights {
    const caller = callerOf(name);
    const decisions = ACTIONS.map((action): [Action, Decision] => {
      return [action, this.policy.decide(caller, repository, action)];
    });
    const allowed = decisions.filter(([, decision]) => decision.allowed);
    return {
      actions: allowed.map(([action]) => action),
      because: [...new Set(allowed.map(([, { because }]) => because))],
    };
  }
}

function callerOf(name: string): Caller {
  return name === NOBODY ? ANONYMOUS : { name, groups: [] };
}

function stateOf(
  holds: AccessFileState['holds'],
  { path, problem }: WatchedFile<unknown>,
): AccessFileState {
  return { holds, path, ...(problem !== undefined && { problem }) };
}
