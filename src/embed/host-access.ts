import { type IncomingMessage } from 'node:http';

import { AccessPolicy, type Decision } from '../access/policy/access-policy.js';
import { type Action } from '../access/policy/action.js';
import { ANONYMOUS, type Caller } from '../access/policy/caller.js';
import { type Access } from '../access/guard/access.js';
import { Authenticator, type Identified } from '../access/guard/authenticator.js';
import { Challenge } from '../access/guard/challenge.js';
import { parseAuthorization } from '../access/guard/credentials.js';
import { Rights } from '../access/guard/rights.js';
import { type RepositoryScope } from '../access/tokens/scope.js';
import { type RepositoryName } from '../domain/repository-name.js';

/** Who asks, as the host knows them. Whatever else is in it, `decide` gets to see again. */
export interface OwnCaller {
  readonly name: string;
}

/** Who may do what, decided by the host. */
export interface HostAccess<C extends OwnCaller = OwnCaller> {
  /**
   * Who sent `request`, by its headers; `undefined` for nobody that is known. The body must be left alone.
   *
   * A client without a login gets 401, as soon as it needs one, with a challenge of the scheme Basic; one whose
   * `Authorization` nobody knows, at once.
   */
  authenticate(request: IncomingMessage): C | undefined | Promise<C | undefined>;

  /**
   * Decides whether the caller may do it, for existing and missing repositories alike; `undefined` is a caller without a login.
   *
   * Answers at once: it is asked for every line of a listing. What takes time belongs into `authenticate`.
   */
  decide(caller: C | undefined, repository: RepositoryName, action: Action): boolean;
}

/** The access of a registry whose host decides. */
export function accessBy(own: HostAccess): Access {
  return {
    authenticator: new OwnAuthenticator(own),
    issuing: undefined,
    description: 'decided by the host',
    close: () => undefined,
  };
}

class OwnAuthenticator extends Authenticator {
  constructor(private readonly own: HostAccess) {
    super();
  }

  override async identify(
    request: IncomingMessage,
    needed: readonly RepositoryScope[],
  ): Promise<Identified> {
    const challenge = new Challenge(undefined);
    // Not everybody's host is written in TypeScript, and a database answers `null`.
    const known = (await this.own.authenticate(request)) ?? undefined;
    const claims = parseAuthorization(request.headers.authorization).scheme !== 'none';
    if (known === undefined && claims) throw challenge.forWrongLogin(needed);
    const caller = known === undefined ? ANONYMOUS : { name: known.name, groups: [] };
    const rights = new Rights(caller, new OwnPolicy(this.own, known), challenge, undefined);
    return { rights, hasCredential: known !== undefined, challenge };
  }
}

/** The policy for one request, whose caller the host has told. */
class OwnPolicy extends AccessPolicy {
  constructor(
    private readonly own: HostAccess,
    private readonly known: OwnCaller | undefined,
  ) {
    super();
  }

  override decide(_caller: Caller, repository: RepositoryName, action: Action): Decision {
    const allowed: unknown = this.own.decide(this.known, repository, action);
    if (typeof allowed === 'boolean') return { allowed, because: 'the host decides' };
    // A promise is no yes, whatever comes of it; the types do not say so to a host in JavaScript.
    Promise.resolve(allowed).catch(() => undefined);
    throw new TypeError('decide, of the option access, answers neither true nor false');
  }
}
