import { type IncomingMessage } from 'node:http';

import { AccessPolicy, type Decision } from '../access/policy/access-policy.js';
import { type Action } from '../access/policy/action.js';
import { ANONYMOUS, type Caller } from '../access/policy/caller.js';
import { type Access } from '../access/guard/access.js';
import { Authenticator, type Identified } from '../access/guard/authenticator.js';
import { Challenge } from '../access/guard/challenge.js';
import { parseAuthorization } from '../access/guard/credentials.js';
import { Rights } from '../access/guard/rights.js';
import { type Scope } from '../access/tokens/scope.js';
import { type RepositoryName } from '../domain/repository-name.js';

/** A caller as the host knows it. `decide` gets the same object, with all of its properties. */
export interface HostCaller {
  readonly name: string;
}

/** Access that the host decides. */
export interface HostAccess<C extends HostCaller = HostCaller> {
  /**
   * Returns the sender of `request` by its headers, or `undefined` for an unknown one. It must not
   * read the body.
   */
  authenticate(request: IncomingMessage): C | undefined | Promise<C | undefined>;

  /**
   * Returns whether the caller may do it, whether the repository exists or not. It is synchronous,
   * because it runs for every line of a listing.
   *
   * @param caller `undefined` for a caller without a login
   */
  decide(caller: C | undefined, repository: RepositoryName, action: Action): boolean;

  /**
   * Returns whether the caller may see and do what concerns the whole registry through its API.
   * Without this method nobody may.
   */
  isAdmin?(caller: C | undefined): boolean;
}

/** Returns the access of a registry whose host decides. */
export function accessBy(own: HostAccess): Access {
  return {
    authenticator: new HostAuthenticator(own),
    issuing: undefined,
    logins: undefined,
    robots: undefined,
    description: 'decided by the host',
    close: () => undefined,
  };
}

class HostAuthenticator extends Authenticator {
  constructor(private readonly own: HostAccess) {
    super();
  }

  override async identify(request: IncomingMessage, needed: readonly Scope[]): Promise<Identified> {
    const challenge = new Challenge(undefined);
    // Hosts in JavaScript may return `null`, as databases do.
    const known = (await this.own.authenticate(request)) ?? undefined;
    const claims = parseAuthorization(request.headers.authorization).scheme !== 'none';
    if (known === undefined && claims) throw challenge.forWrongLogin(needed);
    const caller = known === undefined ? ANONYMOUS : { name: known.name, groups: [] };
    const rights = new Rights(caller, new HostPolicy(this.own, known), challenge, undefined);
    return { rights, hasCredential: known !== undefined, challenge };
  }
}

/** The policy for one request of a caller whom the host identified. */
class HostPolicy extends AccessPolicy {
  constructor(
    private readonly own: HostAccess,
    private readonly known: HostCaller | undefined,
  ) {
    super();
  }

  override isAdmin(): boolean {
    return this.own.isAdmin?.(this.known) === true;
  }

  override rightsOf(): undefined {
    return undefined;
  }

  override decide(_caller: Caller, repository: RepositoryName, action: Action): Decision {
    const allowed: unknown = this.own.decide(this.known, repository, action);
    if (typeof allowed === 'boolean') return { allowed, because: 'the host decides' };
    // A host in JavaScript may return a promise, which is not a yes. Its rejection must not end
    // the process.
    Promise.resolve(allowed).catch(() => undefined);
    throw new TypeError('decide, of the option access, returned neither true nor false');
  }
}
