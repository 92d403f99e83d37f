import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** What is known of an issuer's keys; the last is the one that it signs with. */
interface Key {
  readonly id: string;
  readonly secret: CryptoKey;
  readonly published: JWK;
}

/** An OpenID Connect issuer on loopback, as a CI system has one. */
export class OpenIdIssuer {
  /** How often it was asked for its keys. */
  asked = 0;
  /** What it answers instead of its keys, when something is wrong with it. */
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

  /** On the port that it had, if it had one. */
  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
  }

  /** Signs with a new key from now on, and publishes no other. */
  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const id = `key-${Date.now()}-${Math.random()}`;
    const published = { ...(await exportJWK(publicKey)), kid: id, alg: 'RS256', use: 'sig' };
    this.keys = [{ id, secret: privateKey, published }];
  }

  /** A token that says `claims`, and what each token must say, unless that is among them. */
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
