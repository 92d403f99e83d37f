import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type ClientOptions, type Upstream } from '../../../src/client/upstream.js';
import { type EnvironmentProxies } from '../../../src/config/environment.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage } from '../../../src/storage/contract/fixtures.js';
import { ConnectProxy } from '../../support/upstreams/connect-proxy.js';
import { useOpened } from '../../support/upstreams/opened.js';
import { type SeenServer } from '../../support/upstreams/seen-server.js';

const LATEST = parseTagName('latest');
const IMAGE = buildImage([]);

const { serve, clientOf } = useOpened();

let registry: SeenServer;
let proxy: ConnectProxy;
/** Where the registry redirects to, if it does. */
let location: string | undefined;
beforeEach(async () => {
  location = undefined;
  registry = await serve((_, response) => {
    if (location !== undefined) response.writeHead(307, { location }).end();
    else response.writeHead(200, { 'content-type': IMAGE.descriptor.mediaType }).end(IMAGE.bytes);
  });
  proxy = await ConnectProxy.start(registry.url);
});
afterEach(() => proxy.stop());

function ask(url: string, more: Partial<Upstream>, proxies?: EnvironmentProxies) {
  const options: Partial<ClientOptions> = {
    ...(proxies && { proxies }),
    // Names must not be asked for outside of this machine.
    lookup: (name, _, done) => done(new Error(`no lookup of ${name}`), []),
  };
  return clientOf(url, more, options).manifest('app', LATEST);
}

const withLogin = (url: string): URL => new URL(url.replace('//', '//acme:a-secret@'));

describe('the proxy of a mirror', () => {
  it('is used for all requests, and resolves the names', async () => {
    const question = ask('http://registry.example', {
      proxy: new URL(proxy.url),
      addresses: 'public',
    });

    expect(await question).toMatchObject({ digest: IMAGE.digest });
    expect(proxy.tunnels.map(({ target }) => target)).toEqual(['registry.example:80']);
  });

  it('gets its login, which is in no message', async () => {
    proxy.status = 407;

    const question = ask('http://registry.example', { proxy: withLogin(proxy.url) });

    await expect(question).rejects.toThrow(
      /^upstream\.test did not send the manifest app:latest: the proxy refuses the connection with 407$/,
    );
    const expected = `Basic ${Buffer.from('acme:a-secret').toString('base64')}`;
    expect(proxy.tunnels[0]?.authorization).toBe(expected);
  });

  it('is unavailable with the registry if it cannot be reached', async () => {
    const gone = withLogin(proxy.url);
    await proxy.stop();
    proxy = await ConnectProxy.start(registry.url);

    const question = ask('http://registry.example', { proxy: gone });

    await expect(question).rejects.toThrow(/: it refuses connections$/);
  });

  it.each(['http://127.0.0.1:1/x', 'http://[::ffff:127.0.0.1]:1/x', 'http://10.0.0.1/x'])(
    'is not asked to connect to the private address of a redirect to %s',
    async (target) => {
      location = target;

      const question = ask('http://registry.example', {
        proxy: new URL(proxy.url),
        addresses: 'public',
      });

      await expect(question).rejects.toThrow('is a private address');
      expect(proxy.tunnels).toHaveLength(1);
    },
  );
});

describe('the proxy of the environment', () => {
  it('is used for registries with https', async () => {
    const question = ask('https://registry.example', {}, { https: proxy.url });

    // The stand-in does not speak TLS, so the tunnel is all that there is.
    await expect(question).rejects.toMatchObject({ kind: 'unavailable' });
    expect(proxy.tunnels[0]?.target).toBe('registry.example:443');
  });

  it('is not used for registries with http', async () => {
    expect(await ask(registry.url, {}, { https: proxy.url })).toBeDefined();
    expect(proxy.tunnels).toEqual([]);
  });

  it.each(['registry.example', '.example', '*', 'other.test, example'])(
    'is not used for hosts in NO_PROXY, such as %s',
    async (none) => {
      const question = ask('https://registry.example', {}, { https: proxy.url, none });

      await expect(question).rejects.toThrow('no lookup of registry.example');
      expect(proxy.tunnels).toEqual([]);
    },
  );

  it('is not used if the mirror has its own', async () => {
    const own = { proxy: new URL(proxy.url) };

    await ask('http://registry.example', own, { https: 'http://127.0.0.1:1', none: '*' });

    expect(proxy.tunnels).toHaveLength(1);
  });

  it.each(['proxy.example:3128', 'proxy', 'ftp://proxy.example'])(
    'is reported if it is %s',
    async (https) => {
      await expect(ask('https://registry.example', {}, { https })).rejects.toThrow(
        'HTTPS_PROXY is not the URL of a proxy; write http://HOST:PORT',
      );
    },
  );
});
