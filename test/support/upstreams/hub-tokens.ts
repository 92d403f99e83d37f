import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';

import { type HubContent } from './hub-content.js';

export interface HubTokenOptions {
  /** The passwords of the users. */
  readonly users?: Readonly<Record<string, string>>;
  /** How long a token is valid, in seconds. */
  readonly tokenSeconds?: number;
}

/** The token service of a stand-in for Docker Hub. */
export class HubTokens {
  private readonly tokens = new Map<
    string,
    { readonly scopes: string[]; readonly until: number }
  >();

  constructor(
    private readonly content: HubContent,
    private readonly options: HubTokenOptions,
  ) {}

  /** Makes all tokens invalid. */
  revoke(): void {
    this.tokens.clear();
  }

  /** Returns whether a request with this `Authorization` may read a repository. */
  allows(authorization: string | undefined, repository: string): 'yes' | 'no' | 'unknown' {
    const token = this.tokens.get(authorization?.replace(/^Bearer /, '') ?? '');
    if (token === undefined || token.until < performance.now()) return 'unknown';
    return token.scopes.includes(repository) ? 'yes' : 'no';
  }

  /** Serves a token, as Hub does also for repositories that do not exist: such a token allows nothing. */
  serve({ headers, url = '' }: IncomingMessage, response: ServerResponse): void {
    const { authorization } = headers;
    if (authorization !== undefined && !this.isUser(authorization)) {
      const body = JSON.stringify({ details: 'incorrect username or password' });
      return void response.writeHead(401, { 'content-type': 'application/json' }).end(body);
    }
    const query = new URL(url, 'http://hub').searchParams;
    const names = query.getAll('scope').map((scope) => /^repository:(.*):pull$/.exec(scope)?.[1]);
    const hasLogin = authorization !== undefined;
    const scopes = names.filter(
      (name) => name !== undefined && this.content.mayRead(name, hasLogin),
    );
    const token = randomBytes(12).toString('hex');
    const seconds = this.options.tokenSeconds ?? 300;
    const until = performance.now() + seconds * 1_000;
    this.tokens.set(token, { scopes: scopes as string[], until });
    const body = JSON.stringify({ token, access_token: token, expires_in: seconds });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  }

  private isUser(authorization: string): boolean {
    const text = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
    return Object.entries(this.options.users ?? {}).some(
      ([name, password]) => text === `${name}:${password}`,
    );
  }
}
