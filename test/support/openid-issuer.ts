import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** A key of the issuer. */
interface Key {
  readonly id: string;
  readonly secret: CryptoKey;
  readonly published: JWK;
}

/** An OpenID Connect issuer on loopback, like that of a CI system. */
export class OpenIdIssuer {
  /** How often its keys were requested. */
  asked = 0;
  /** The response that replaces its keys, to simulate a failure. */
  failure: { readonly status: number; readonly body: string } | undefined;
  private keys: Key[] = [];

  private readonly server = createServer(({ url }, response) => {
    const { status, body } = this.answerTo(url ?? '');
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  });
  private port = 0;

  static async start(): Promise<OpenIdIssuer> {
    const issuer = new OpenIdIssuer();
    await issuer.listen();
    await issuer.rotate();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, on the same port as before if it had one. */
  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
  }

  /** Replaces the key. The old one is no longer published. */
  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const id = `key-${Date.now()}-${Math.random()}`;
    const published = { ...(await exportJWK(publicKey)), kid: id, alg: 'RS256', use: 'sig' };
    this.keys = [{ id, secret: privateKey, published }];
  }

  /** Resolves to a token with `claims`, which override the usual ones. */
  async token(claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const [key] = this.keys;
    if (key === undefined) throw new Error('there is a key from the start');
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: this.url, aud: 'registry.test', sub: 'job-1', iat: now, exp: now + 300 };
    return new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: key.id })
      .sign(key.secret);
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private answerTo(path: string): { readonly status: number; readonly body: string } {
    if (path === '/.well-known/openid-configuration') {
      const configuration = { issuer: this.url, jwks_uri: `${this.url}/keys` };
      return { status: 200, body: JSON.stringify(configuration) };
    }
    if (path !== '/keys') return { status: 404, body: '{}' };
    this.asked += 1;
    const keys = this.keys.map(({ published }) => published);
    return this.failure ?? { status: 200, body: JSON.stringify({ keys }) };
  }
}
