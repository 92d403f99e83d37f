import { describe, expect, it } from '@jest/globals';

import { IMAGE, LATEST, LOGIN, messageOf, SECRET, useLoginBench } from './login-bench.js';

const { path, serve, clientOf, passwordFile, startHub } = useLoginBench();

describe('a login by a password file', () => {
  it('reads a private repository', async () => {
    const hub = await startHub();
    const login = { user: 'acme', passwordFile: await passwordFile(`${SECRET}\n`) };

    expect(await clientOf(hub.url, { login }).stat('acme/app', LATEST)).toBeDefined();
    expect(await clientOf(hub.url, {}).stat('acme/app', LATEST)).toBeUndefined();
  });

  it('goes to the token service, and not to the registry', async () => {
    const hub = await startHub();
    const login = { user: 'acme', passwordFile: await passwordFile(SECRET) };
    await clientOf(hub.url, { login }).manifest('acme/app', LATEST);

    expect(hub.requests('tokens').map(({ authorization }) => authorization)).toEqual([LOGIN]);
    expect(hub.requests('registry').map(({ authorization }) => authorization)).toEqual([
      undefined,
      expect.stringMatching(/^Bearer /),
    ]);
  });

  it('is refused with a wrong password, and works after the file has the right one', async () => {
    const hub = await startHub();
    const login = { user: 'acme', passwordFile: await passwordFile('wrong-and-secret') };
    const client = clientOf(hub.url, { login });

    const question = client.stat('acme/app', LATEST);

    await expect(question).rejects.toMatchObject({ kind: 'login' });
    expect(await messageOf(question)).toMatch(
      /^upstream\.test did not send a token for repository:acme\/app:pull: the token service http:\S+ refuses the login with 401; check the user/,
    );
    expect(await messageOf(question)).not.toContain('wrong-and-secret');
    await passwordFile(SECRET);
    expect(await client.stat('acme/app', LATEST)).toBeDefined();
  });

  it('is unavailable without the file, whose name is in the message, and not its folder', async () => {
    const hub = await startHub();
    const login = { user: 'acme', passwordFile: path('none') };

    await expect(clientOf(hub.url, { login }).stat('acme/app', LATEST)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/: none: it cannot be read: ENOENT/),
    });
  });
});

describe('a registry that wants a password with each request', () => {
  const basicRegistry = () =>
    serve(({ headers, method }, response) => {
      if (headers.authorization !== LOGIN) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="Registry"' }).end();
        return;
      }
      const type = { 'content-type': IMAGE.descriptor.mediaType };
      response.writeHead(200, type).end(method === 'HEAD' ? undefined : IMAGE.bytes);
    });

  it('gets it, after the first request without another challenge', async () => {
    const server = await basicRegistry();
    const login = { user: 'acme', passwordFile: await passwordFile(SECRET) };
    const client = clientOf(server.url, { login });

    await client.manifest('acme/app', LATEST);
    await client.manifest('acme/other', LATEST);

    expect(server.requests.map(({ status }) => status)).toEqual([401, 200, 200]);
  });

  it('refuses requests without a login, and with a wrong one', async () => {
    const server = await basicRegistry();
    const login = { user: 'acme', passwordFile: await passwordFile('wrong') };

    for (const [more, kind] of [
      [{}, 'refused'],
      [{ login }, 'login'],
    ] as const) {
      await expect(clientOf(server.url, more).stat('acme/app', LATEST)).rejects.toMatchObject({
        kind,
      });
    }
    expect(server.requests).toHaveLength(3);
  });

  it('gets it at its own origin only, and not where it redirects to', async () => {
    const second = await serve((_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="Second"' }).end();
    });
    const first = await serve(({ headers }, response) => {
      const location = `${second.url}/v2/x`;
      if (headers.authorization === LOGIN) response.writeHead(307, { location }).end();
      else response.writeHead(401, { 'www-authenticate': 'Basic realm="First"' }).end();
    });
    const login = { user: 'acme', passwordFile: await passwordFile(SECRET) };

    await expect(clientOf(first.url, { login }).stat('app', LATEST)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(second.requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});
