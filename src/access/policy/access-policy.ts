import { type RepositoryName } from '../../domain/repository-name.js';
import { type Action } from './action.js';
import { type Caller } from './caller.js';

/** Yes or no, and what says so: a rule and where it stands, in words for the one who runs the registry. */
export interface Decision {
  readonly allowed: boolean;
  readonly because: string;
}

/** Decides who may do what in which repository, of what exists and of what does not alike. */
export abstract class AccessPolicy {
  /** Answers at once: it is asked for every request, and for every line of a listing. */
  abstract decide(caller: Caller, repository: RepositoryName, action: Action): Decision;
}
