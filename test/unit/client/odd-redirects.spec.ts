import { type LookupFunction } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { DESCRIBED, IMAGE, LATEST, MANIFEST_TYPE, useOddRegistries } from './odd-registry.js';

const { serve, clientOf, clientOfServer } = useOddRegistries();

describe('a redirect of another registry', () => {
  /** Redirects `count` times before it sends the manifest. */
  const redirecting = (count: number) =>
    clientOfServer(({ url = '' }) => {
      const step = Number(new URL(url, 'http://any').searchParams.get('step'));
      return step === count
        ? [200, { 'content-type': MANIFEST_TYPE }, IMAGE.bytes]
        : [302, { location: `/v2/moved?step=${step + 1}` }];
    });

  it('is followed five times', async () => {
    const { client } = await redirecting(5);

    expect(await client.manifest('app', LATEST)).toMatchObject(DESCRIBED);
  });

  it('is not followed a sixth time', async () => {
    const { server, client } = await redirecting(6);

    await expect(client.manifest('app', LATEST)).rejects.toThrow('it redirects more than 5 times');
    expect(server.requests).toHaveLength(6);
  });

  it.each([
    ['ftp://127.0.0.1/x'],
    ['file:///etc/passwd'],
    ['http://user@127.0.0.1:1/x'],
    ['http://['],
  ])('is not followed to %s', async (location) => {
    const { client } = await clientOfServer(() => [307, { location }]);

    await expect(client.manifest('app', LATEST)).rejects.toThrow(
      'it redirects to something that is not a URL of HTTP',
    );
  });

  it.each([
    ['169.254.169.254', '169.254.169.254'],
    ['[::ffff:169.254.169.254]', '[::ffff:a9fe:a9fe]'],
    ['[fe80::1]', '[fe80::1]'],
    ['0.0.0.0', '0.0.0.0'],
    ['metadata.example', 'metadata.example (169.254.169.254)'],
  ])(
    'is not followed to %s, which no registry has, for manifests and blobs',
    async (host, shown) => {
      const server = await serve(() => [307, { location: `http://${host}/x` }]);
      const lookup: LookupFunction = (_, __, done) =>
        done(null, [{ address: '169.254.169.254', family: 4 }]);
      const client = clientOf(server.url, {}, { lookup });

      for (const ask of [client.manifest('app', LATEST), client.blob('app', IMAGE.digest, 0)]) {
        await expect(ask).rejects.toMatchObject({
          kind: 'unavailable',
          message: expect.stringContaining(
            `${shown.replace(/[[\]]/g, '')} is not an address of a registry`,
          ),
        });
      }
    },
  );

  it('may lead to a registry that wants a token of its own, which is fetched without the login', async () => {
    const second = await serve(({ url = '', headers }) => {
      if (url.startsWith('/token')) return [200, {}, JSON.stringify({ token: 'of-second' })];
      return headers.authorization === 'Bearer of-second'
        ? [200, { 'content-type': MANIFEST_TYPE }, IMAGE.bytes]
        : [401, { 'www-authenticate': `Bearer realm="${second.url}/token"` }];
    });
    const first = await serve(() => [307, { location: `${second.url}/v2/moved/manifests/latest` }]);
    const command = ['node', '-e', 'process.exit(1)'];

    const client = clientOf(first.url, { login: { command } });

    expect(await client.manifest('app', LATEST)).toMatchObject(DESCRIBED);
    const sent = second.requests.map(({ authorization }) => authorization);
    expect(sent).toEqual([undefined, undefined, 'Bearer of-second']);
  });
});
