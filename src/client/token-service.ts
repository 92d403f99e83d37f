import { dropBody, withBody } from './bodies.js';
import { type Challenge } from '../domain/challenge.js';
import { tryParseJson } from '../domain/descriptor.js';
import { Deadline } from './deadline.js';
import { retryAfterMs, Subject } from './failures.js';
import { type Login } from './login.js';
import { maySendLogin, realmText } from './realms.js';
import { type RemoteFailure } from './registry-client.js';
import { readToken, type Token } from './tokens.js';
import { type Transport, type TransportResponse } from './transport.js';
import { type ContentLimits, type Upstream } from './upstream.js';

/** A larger token could not be sent as a header. */
const MAX_TOKEN_BYTES = 64 * 1024;

/** How long a service may take, in milliseconds, and the memory for what it sends. */
interface TokenLimits extends Pick<ContentLimits, 'memory'> {
  readonly patienceMs: number;
}

/** One question to a token service. */
interface Asked {
  readonly url: URL;
  /** Whether the login may be used. */
  readonly own: boolean;
  readonly signal: AbortSignal;
  readonly subject: Subject;
}

/** Fetches tokens from the services that challenges name. */
export class TokenService {
  constructor(
    private readonly upstream: Upstream,
    private readonly transport: Transport,
    private readonly login: Login,
    private readonly limits: TokenLimits,
  ) {}

  /**
   * Resolves to a token for `scope`.
   *
   * @param own whether the challenge came from the upstream itself, so that the login may be used
   * @throws RemoteFailure
   */
  async fetch(challenge: Challenge, scope: string, own: boolean): Promise<Token> {
    const subject = new Subject(this.upstream.name, `a token for ${scope}`);
    const realm = this.checkedRealm(challenge.realm, own, subject);
    const url = new URL(realm);
    if (challenge.service !== undefined) url.searchParams.append('service', challenge.service);
    url.searchParams.append('scope', scope);
    const deadline = new Deadline(this.limits.patienceMs);
    try {
      const { signal } = deadline;
      const asked = { url, own, signal, subject };
      return await this.ask(asked, () => this.login.forget());
    } catch (error) {
      throw subject.failureOf(error);
    } finally {
      deadline.end();
    }
  }

  /** @param mayRetry returns whether a refused login may be replaced by another one */
  private async ask(asked: Asked, mayRetry: () => boolean): Promise<Token> {
    const { url, own, signal, subject } = asked;
    const authorization = own ? await this.login.basic(subject) : undefined;
    const headers = authorization === undefined ? {} : { authorization };
    const response = await this.transport.send({ method: 'GET', url, headers, signal });
    if (response.status === 200) return this.tokenIn(response, url, subject);
    await dropBody(response.body);
    // The password that a program printed may have expired. A second refusal is final: more of them would lock the account.
    if (response.status === 401 && own && mayRetry()) return this.ask(asked, () => false);
    throw this.failureOf(response, url, subject);
  }

  /** @throws RemoteFailure if the login or the token would be sent where it should not */
  private checkedRealm(text: string, own: boolean, subject: Subject): URL {
    const realm = URL.parse(text);
    if (realm === null || !/^https?:$/.test(realm.protocol) || realm.username !== '') {
      throw subject.unavailable('its challenge names no token service');
    }
    const place = realmText(realm);
    if (this.upstream.url.protocol === 'https:' && realm.protocol === 'http:') {
      throw subject.unavailable(`its token service ${place} is not encrypted, and so is not asked`);
    }
    if (own && this.login.isConfigured && !maySendLogin(realm, this.upstream)) {
      throw subject.unavailable(
        `it wants the login at ${place}, which is not known to belong to ${this.upstream.url.host}; ` +
          `if it does, add this line to the mirror: realm: ${place}`,
      );
    }
    return realm;
  }

  private async tokenIn({ body }: TransportResponse, url: URL, subject: Subject): Promise<Token> {
    const limits = { maxBytes: MAX_TOKEN_BYTES, memory: this.limits.memory };
    const json = await withBody(body, limits, subject, tryParseJson);
    const token = readToken(json);
    if (token !== undefined) return token;
    throw subject.unavailable(`the token service ${realmText(url)} sent no token`);
  }

  private failureOf(
    { status, headers }: TransportResponse,
    url: URL,
    subject: Subject,
  ): RemoteFailure {
    const service = `the token service ${realmText(url)}`;
    const after = { retryAfterMs: retryAfterMs(headers) };
    if (status === 429) return subject.failure('limited', `${service} limits requests`, after);
    if (status !== 401 && status !== 403) {
      return subject.failure('unavailable', `${service} responded with ${status}`, after);
    }
    return subject.failure(
      // Some services respond with 403 to a login that may not read one repository.
      this.login.isConfigured && status === 401 ? 'login' : 'refused',
      this.login.isConfigured
        ? `${service} refuses the login with ${status}; check the user and the password of the mirror`
        : `${service} refuses requests without a login with ${status}; add a login to the mirror if the repository exists`,
    );
  }
}
