import { type IncomingMessage } from 'node:http';

import { type AccessPolicy } from '../policy/access-policy.js';
import { ANONYMOUS, type Caller } from '../policy/caller.js';
import { RegistryError } from '../../domain/errors.js';
import { clientAddress, urlOf } from '../../http/server/origin.js';
import { type Accounts } from '../identity/accounts.js';
import { type Session, type Sessions } from '../identity/sessions.js';
import { Challenge, TOKEN_PATH } from './challenge.js';
import { parseAuthorization, type Credentials } from './credentials.js';
import { Rights, type TokenScope } from './rights.js';
import { isFromOwnPage, isOfScript } from './page-request.js';
import { sessionIdsOf } from './session-cookie.js';
import { sessionOf, setSession } from './session-of-request.js';
import { API, type Scope } from '../tokens/scope.js';
import { type Tokens } from '../tokens/tokens.js';

/** The caller of a request. */
export interface Identified {
  readonly rights: Rights;
  /** Whether the request has credentials. An anonymous token is one. */
  readonly hasCredential: boolean;
  readonly challenge: Challenge;
}

interface VerifiedCaller {
  readonly caller: Caller;
  readonly token?: TokenScope;
}

/** Identifies the caller of a request. */
export abstract class Authenticator {
  /**
   * @param needed the rights that the request needs, for the challenge if its credentials are invalid
   * @throws LoginRequired when the credentials are invalid
   * @throws RegistryError `too-many-requests`
   */
  abstract identify(request: IncomingMessage, needed: readonly Scope[]): Promise<Identified>;

  /**
   * Identifies the caller of a request to the API, where a session logs in, too.
   *
   * @throws LoginRequired when the credentials are invalid
   * @throws RegistryError `too-many-requests`, or `denied` for a change that another site's page may have caused
   */
  identifyForApi(request: IncomingMessage): Promise<Identified> {
    return this.identify(request, [API]);
  }
}

/** `REGISTRY_AUTH=none`: every client may do everything. With a `caller`, each request is that caller's. */
export class OpenAuthenticator extends Authenticator {
  private readonly anyone: Promise<Identified>;

  constructor(policy: AccessPolicy, caller: Caller = ANONYMOUS) {
    super();
    const challenge = new Challenge(undefined);
    const rights = new Rights(caller, policy, challenge, undefined);
    this.anyone = Promise.resolve({ rights, hasCredential: true, challenge });
  }

  override identify(): Promise<Identified> {
    return this.anyone;
  }
}

/** The methods that change nothing. */
const READS: readonly string[] = ['GET', 'HEAD'];

/**
 * Identifies callers by the `Authorization` header: a name and a password, or a token if `tokens` is given. Pages that use the API have
 * a session instead.
 */
export class HeaderAuthenticator extends Authenticator {
  constructor(
    private readonly accounts: Accounts,
    private readonly policy: AccessPolicy,
    private readonly tokens: Tokens | undefined,
    private readonly sessions: Sessions,
  ) {
    super();
  }

  override identify(request: IncomingMessage, needed: readonly Scope[]): Promise<Identified> {
    return this.identifyByHeader(request, needed, this.challengeFor(request, false));
  }

  override async identifyForApi(request: IncomingMessage): Promise<Identified> {
    const challenge = this.challengeFor(request, isOfScript(request));
    const session = await this.findSession(request);
    if (session !== undefined) return this.admit(request, session, challenge);
    // A stream of events asks again and again: it ends with the session that opened it.
    if (sessionOf(request) !== undefined) throw challenge.forWrongLogin([API]);
    return this.identifyByHeader(request, [API], challenge);
  }

  private async findSession(request: IncomingMessage): Promise<Session | undefined> {
    if (request.headers.authorization !== undefined) return undefined;
    for (const id of sessionIdsOf(request)) {
      const session = await this.sessions.find(id);
      if (session !== undefined) return session;
    }
    return undefined;
  }

  /** A browser sends the cookie by itself, so a page of another site could use it. */
  private admit(request: IncomingMessage, session: Session, challenge: Challenge): Identified {
    setSession(request, session);
    if (!READS.includes(request.method ?? '') && !isFromOwnPage(request)) throw notFromOwnPage();
    const rights = new Rights(session.caller, this.policy, challenge, undefined);
    return { rights, hasCredential: true, challenge };
  }

  private challengeFor(request: IncomingMessage, ofPage: boolean): Challenge {
    return new Challenge(this.tokens && urlOf(request, TOKEN_PATH), ofPage);
  }

  private async identifyByHeader(
    request: IncomingMessage,
    needed: readonly Scope[],
    challenge: Challenge,
  ): Promise<Identified> {
    const credentials = parseAuthorization(request.headers.authorization);
    if (credentials.scheme === 'none') {
      const rights = new Rights(ANONYMOUS, this.policy, challenge, undefined);
      return { rights, hasCredential: false, challenge };
    }
    const known = await this.verify(credentials, clientAddress(request));
    if (known === undefined) throw challenge.forWrongLogin(needed);
    const rights = new Rights(known.caller, this.policy, challenge, known.token);
    return { rights, hasCredential: true, challenge };
  }

  private async verify(
    credentials: Credentials,
    address: string,
  ): Promise<VerifiedCaller | undefined> {
    switch (credentials.scheme) {
      case 'basic':
        return this.accounts.logIn(credentials.name, credentials.password, address);
      case 'bearer':
        return this.tokens && this.knowToken(this.tokens, credentials.token);
      case 'none':
      case 'unknown':
        return undefined;
    }
  }

  private async knowToken(tokens: Tokens, token: string): Promise<VerifiedCaller | undefined> {
    const claims = await tokens.verify(token);
    if (claims === undefined) return this.accounts.identityOfToken(token);
    if (claims.use !== 'access') return undefined;
    const caller = await this.accounts.callerOf(claims.subject);
    return caller && { caller, token: claims };
  }
}

function notFromOwnPage(): RegistryError {
  const advice = 'use the console of this registry, or send a login in the Authorization header';
  return new RegistryError('denied', 'a session may change something only from its own page', {
    advice,
  });
}
