import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type Upstream } from '../../../src/client/upstream.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage } from '../../../src/storage/contract/fixtures.js';
import { clientOptions, upstreamAt } from '../../support/upstreams/client.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';
import { SeenServer } from '../../support/upstreams/seen-server.js';

const LATEST = parseTagName('latest');
const IMAGE = buildImage([]);
const SECRET = 'a-very-secret-password';
const LOGIN = `Basic ${Buffer.from(`acme:${SECRET}`).toString('base64')}`;

let directory: string;
let clients: RegistryClient[];
let stops: (() => Promise<void>)[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-login-'));
  clients = [];
  stops = [];
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all(stops.map((stop) => stop()));
  await rm(directory, { recursive: true });
});

function clientOf(url: string, more: Partial<Upstream>): RegistryClient {
  const client = openRegistryClient(upstreamAt(url, more), clientOptions());
  clients.push(client);
  return client;
}

async function passwordFile(text: string): Promise<string> {
  const path = join(directory, 'password');
  await writeFile(path, text);
  return path;
}

/** Writes a credential helper that notes its input, and does what `script` says. */
async function helper(script: string): Promise<readonly string[]> {
  const path = join(directory, 'docker-credential-test');
  await writeFile(path, `#!/bin/sh\ncat >> '${join(directory, 'asked')}'\n${script}\n`);
  await chmod(path, 0o755);
  return [path, 'get'];
}

async function startHub(): Promise<FakeHub> {
  const hub = await FakeHub.start({ users: { acme: SECRET } });
  stops.push(() => hub.stop());
  hub.content.add('acme/app', IMAGE, 'latest');
  hub.content.makePrivate('acme/app');
  return hub;
}

async function serve(handler: Parameters<typeof SeenServer.start>[0]): Promise<SeenServer> {
  const server = await SeenServer.start(handler);
  stops.push(() => server.stop());
  return server;
}

async function messageOf(question: Promise<unknown>): Promise<string> {
  return question.then(
    () => 'no failure',
    (error: unknown) => (error as Error).message,
  );
}

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
    const login = { user: 'acme', passwordFile: join(directory, 'none') };

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

describe('a login by a credential helper', () => {
  const PRINTED = JSON.stringify({ ServerURL: 'x', Username: 'acme', Secret: SECRET });

  it('is asked for with the host, once', async () => {
    const hub = await startHub();
    hub.content.add('acme/two', IMAGE, 'latest');
    const command = await helper(`echo '${PRINTED}'`);
    const client = clientOf(hub.url, { login: { command } });

    await Promise.all([client.stat('acme/app', LATEST), client.stat('acme/two', LATEST)]);

    expect(hub.requests('tokens').map(({ authorization }) => authorization)).toEqual([
      LOGIN,
      LOGIN,
    ]);
    expect(await readFile(join(directory, 'asked'), 'utf8')).toBe(new URL(hub.url).host);
  });

  it('is asked for again when the registry refuses it', async () => {
    const hub = await startHub();
    const old = JSON.stringify({ Username: 'acme', Secret: 'expired' });
    const command = await helper(
      `if [ -e '${join(directory, 'new')}' ]; then echo '${PRINTED}'; else touch '${join(directory, 'new')}'; echo '${old}'; fi`,
    );

    const client = clientOf(hub.url, { login: { command } });

    expect(await client.stat('acme/app', LATEST)).toBeDefined();
    expect(hub.requests('tokens').map(({ status }) => status)).toEqual([401, 200]);
  });

  it.each([
    [
      'ends with a failure',
      `echo ${SECRET}; echo ${SECRET} >&2; exit 3`,
      'ended with 3; run it by hand to see why',
    ],
    ['prints no JSON', `echo ${SECRET}`, 'printed no login'],
    ['prints no password', `echo '{"Username":"acme","Secret":""}'`, 'printed no login'],
    [
      'prints an identity token',
      `echo '{"Username":"<token>","Secret":"${SECRET}"}'`,
      'printed an identity token',
    ],
  ])('is unavailable if the helper %s, without what it printed', async (_, script, reason) => {
    const hub = await startHub();
    const command = await helper(script);

    const question = clientOf(hub.url, { login: { command } }).stat('acme/app', LATEST);

    await expect(question).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await messageOf(question)).toContain(reason);
    expect(await messageOf(question)).not.toContain(SECRET);
    expect(hub.requests('tokens')).toEqual([]);
  });

  it('is unavailable if the helper does not exist', async () => {
    const hub = await startHub();
    const command = [join(directory, 'none'), 'get'];

    await expect(
      clientOf(hub.url, { login: { command } }).stat('acme/app', LATEST),
    ).rejects.toThrow('cannot be run (ENOENT)');
  });
});
