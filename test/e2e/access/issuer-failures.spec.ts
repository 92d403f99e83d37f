import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type GenerateKeyPairResult } from 'jose';

import { ExternalIssuer } from '../../../src/access/identity/external-issuer.js';

let keys: GenerateKeyPairResult;
let server: Server;
let issuer: string;
let asked: string[];
let warnings: string[];
let answer: Readonly<Record<string, RequestListener>>;

const json =
  (value: unknown): RequestListener =>
  (_, response) =>
    void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(value));
const failing: RequestListener = (_, response) => void response.writeHead(500).end('no');

beforeEach(async () => {
  keys = await generateKeyPair('ES256');
  [asked, warnings] = [[], []];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    (answer[path] ?? failing)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256' };
  answer = {
    '/.well-known/openid-configuration': json({ issuer, jwks_uri: `${issuer}/keys` }),
    '/keys': json({ keys: [jwk] }),
  };
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function external(options: { issuer?: string; nameClaim?: string } = {}): ExternalIssuer {
  const all = { issuer, audience: 'berth', nameClaim: 'sub', require: [], groups: [], ...options };
  return new ExternalIssuer(all, (warning) => warnings.push(warning));
}

function token(claims: { aud?: string; iss?: string } = {}): Promise<string> {
  return new SignJWT({ sub: 'ci', iss: issuer, aud: 'berth', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setExpirationTime('1m')
    .sign(keys.privateKey);
}

describe('an external issuer that fails', () => {
  it('is contacted again only after a pause, and logged once', async () => {
    answer = {};
    const one = external();
    for (let count = 0; count < 5; count++) {
      expect(await one.verify(await token())).toBeUndefined();
    }
    expect(asked).toHaveLength(1);
    expect(warnings).toEqual([
      `the keys of ${issuer} cannot be fetched: Error: ${issuer}/.well-known/openid-configuration responded with 500`,
    ]);
  });

  it('is logged when it returns no usable keys', async () => {
    for (const keysAnswer of [failing, json('nonsense'), json({ keys: 'none' })]) {
      warnings = [];
      answer = { ...answer, '/keys': keysAnswer };
      expect(await external().verify(await token())).toBeUndefined();
      expect(warnings).toEqual([
        expect.stringContaining(`the keys of ${issuer} cannot be fetched`),
      ]);
    }
  });

  it('is logged with the reason when it cannot be reached', async () => {
    const nobody = 'http://127.0.0.1:1';
    expect(await external({ issuer: nobody }).verify(await token())).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/ECONNREFUSED|bad port/)]);
  });
});

describe('a token signed by the issuer', () => {
  it('logs in', async () => {
    expect(await external().verify(await token())).toMatchObject({ name: 'oidc:ci' });
    expect(warnings).toEqual([]);
  });

  it('is refused with a warning when its claims do not match the settings', async () => {
    expect(await external().verify(await token({ aud: 'another' }))).toBeUndefined();
    expect(await external({ nameClaim: 'email' }).verify(await token())).toBeUndefined();
    expect(external({ issuer: `${issuer}/` }).issued(await token())).toBe(false);
    expect(warnings).toEqual([
      expect.stringMatching(/is refused: .*"aud"/),
      expect.stringContaining('is refused: its claim email is not a name'),
      `tokens are refused: their issuer is ${issuer}, but REGISTRY_OIDC_ISSUER is ${issuer}/`,
    ]);
  });

  it('causes no warning when another key signed it', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const forged = new SignJWT({ sub: 'ci', iss: issuer, aud: 'another' });
    const signed = await forged.setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
    expect(await external().verify(signed)).toBeUndefined();
    expect(external({ issuer: `${issuer}/` }).issued('nonsense')).toBe(false);
    expect(warnings).toEqual([]);
  });
});
