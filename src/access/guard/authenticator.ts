import { type IncomingMessage } from 'node:http';

import { type AccessPolicy } from '../policy/access-policy.js';
import { ANONYMOUS, type Caller } from '../policy/caller.js';
import { clientAddress, urlOf } from '../../http/server/origin.js';
import { type Accounts } from '../identity/accounts.js';
import { Challenge, TOKEN_PATH } from './challenge.js';
import { parseAuthorization, type Credentials } from './credentials.js';
import { Rights, type TokenScope } from './rights.js';
import { type Scope } from '../tokens/scope.js';
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

/** Identifies callers by the `Authorization` header: a name and a password, or a token if `tokens` is given. */
export class HeaderAuthenticator extends Authenticator {
  constructor(
    private readonly accounts: Accounts,
    private readonly policy: AccessPolicy,
    private readonly tokens: Tokens | undefined,
  ) {
    super();
  }

  override async identify(request: IncomingMessage, needed: readonly Scope[]): Promise<Identified> {
    const realm = urlOf(request, TOKEN_PATH);
    const challenge = new Challenge(this.tokens && realm);
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
