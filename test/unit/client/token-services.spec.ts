import { describe, expect, it } from '@jest/globals';

import { IMAGE, LATEST, LOGIN, messageOf, SECRET, useLoginBench } from './login-bench.js';

const { serve, clientOf, passwordFile } = useLoginBench();

describe('a token service on another host', () => {
  /** Starts a registry whose token service has another host name. The name `localhost` is not that of `127.0.0.1`. */
  async function startPair() {
    const tokens = await serve((_, response) => void response.end('{"token":"t"}'));
    const realm = `http://localhost:${new URL(tokens.url).port}/token`;
    const registry = await serve(({ headers }, response) => {
      const type = { 'content-type': IMAGE.descriptor.mediaType };
      if (headers.authorization === 'Bearer t') response.writeHead(200, type).end(IMAGE.bytes);
      else response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    });
    const login = { user: 'acme', passwordFile: await passwordFile(SECRET) };
    return { tokens, realm, registry, login };
  }

  it('gets no login, and the message has the line that would allow it', async () => {
    const { tokens, realm, registry, login } = await startPair();

    const question = clientOf(registry.url, { login }).manifest('app', LATEST);

    await expect(question).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await messageOf(question)).toContain(
      `it wants the login at ${realm}, which is not known to belong to ${new URL(registry.url).host}; ` +
        `if it does, add this line to the mirror: realm: ${realm}`,
    );
    expect(tokens.requests).toEqual([]);
  });

  it('gets the login if the mirror names it', async () => {
    const { tokens, realm, registry, login } = await startPair();

    const client = clientOf(registry.url, { login, realm: new URL(realm) });

    expect(await client.manifest('app', LATEST)).toBeDefined();
    expect(tokens.requests.map(({ authorization }) => authorization)).toEqual([LOGIN]);
  });

  it('is asked without a login if the mirror has no login', async () => {
    const { tokens, registry } = await startPair();

    expect(await clientOf(registry.url, {}).manifest('app', LATEST)).toBeDefined();
    expect(tokens.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it.each(['', 'token', 'ftp://127.0.0.1/', 'http://user@127.0.0.1/'])(
    'is not asked if its address is %j',
    async (realm) => {
      const registry = await serve((_, response) => {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
      });

      await expect(clientOf(registry.url, {}).stat('app', LATEST)).rejects.toThrow(
        'its challenge names no token service',
      );
    },
  );

  it.each(['no JSON', '{}', '{"token":""}', '{"token":"a\\nb"}'])(
    'is unavailable if it sends %s',
    async (body) => {
      const tokens = await serve((_, response) => void response.end(body));
      const registry = await serve((_, response) => {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}"` }).end();
      });

      await expect(clientOf(registry.url, {}).stat('app', LATEST)).rejects.toThrow('sent no token');
    },
  );
});
