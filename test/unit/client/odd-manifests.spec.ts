import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { type SeenServer } from '../../support/upstreams/seen-server.js';
import {
  DESCRIBED,
  IMAGE,
  LATEST,
  MANIFEST_TYPE,
  useOddRegistries,
  type Answer,
} from './odd-registry.js';

const { serve, clientOf, clientOfServer } = useOddRegistries();

const methods = (server: SeenServer): string[] => server.requests.map(({ method }) => method);

describe('a manifest of another registry', () => {
  it.each<[string, Answer]>([
    ['no digest', [200, { 'content-type': MANIFEST_TYPE }]],
    ['no length', [200, { 'docker-content-digest': `${IMAGE.digest}` }]],
    [
      'no bytes for HEAD',
      [
        200,
        {
          'content-type': MANIFEST_TYPE,
          'docker-content-digest': `${IMAGE.digest}`,
          'content-length': '0',
        },
      ],
    ],
    ['405 for HEAD', [405]],
  ])('is described after a GET if the registry sends %s', async (_, head) => {
    const { server, client } = await clientOfServer(({ method }) =>
      method === 'HEAD' ? head : [200, { 'content-type': MANIFEST_TYPE }, IMAGE.bytes],
    );

    expect(await client.stat('app', LATEST)).toEqual(DESCRIBED);
    expect(methods(server)).toEqual(['HEAD', 'GET']);
  });

  it('has the type that it declares if the registry sends it as plain JSON', async () => {
    const { client } = await clientOfServer(() => [
      200,
      { 'content-type': 'application/json; charset=utf-8' },
      IMAGE.bytes,
    ]);

    expect(await client.manifest('app', LATEST)).toMatchObject(DESCRIBED);
  });

  it.each([400, 405, 416, 451])(
    'that the registry answers with %i says nothing of other content',
    async (status) => {
      const { client } = await clientOfServer(() => [status]);

      await expect(client.manifest('app', LATEST)).rejects.toMatchObject({ kind: 'wrong' });
    },
  );

  it.each([407, 408, 425])(
    'that the registry answers with %i shows that it fails',
    async (status) => {
      const { client } = await clientOfServer(() => [status]);

      await expect(client.manifest('app', LATEST)).rejects.toMatchObject({ kind: 'unavailable' });
    },
  );

  it('is not taken from the page of a proxy', async () => {
    const { client } = await clientOfServer(() => [200, { 'content-type': 'text/html' }, '<html>']);

    await expect(client.manifest('app', LATEST)).rejects.toThrow(
      'upstream.test did not send the manifest app:latest: it sent text/html, which is not a manifest',
    );
  });

  it('has a type that cannot control the terminal where the failure is shown', async () => {
    const type = 'text/\u009b31mred\u0085line';
    const { client } = await clientOfServer(() => [200, { 'content-type': type }, 'x']);

    await expect(client.manifest('app', LATEST)).rejects.toThrow(
      'it sent text/\\u009b31mred\\u0085line, which is not a manifest',
    );
  });

  it.each(['application/json', MANIFEST_TYPE])(
    'is not taken from other JSON that is sent as %s',
    async (type) => {
      const error = '{"errors":[{"code":"UNAVAILABLE"}]}';
      const { client } = await clientOfServer(() => [200, { 'content-type': type }, error]);

      await expect(client.manifest('app', LATEST)).rejects.toMatchObject({
        kind: 'wrong',
        message: `upstream.test did not send the manifest app:latest: it sent ${type}, which is not a manifest`,
      });
    },
  );

  it('may be of an older kind', async () => {
    const older = '{"schemaVersion":1,"fsLayers":[]}';
    const headers = { 'content-type': 'application/vnd.docker.distribution.manifest.v1+json' };
    const { client } = await clientOfServer(() => [200, headers, older]);

    expect((await client.manifest('app', LATEST))?.size).toBe(older.length);
  });

  it('is refused if it is larger than the limit', async () => {
    const large = Buffer.alloc(5 * 1024 * 1024, ' ');
    const { client } = await clientOfServer(() => [200, { 'content-type': MANIFEST_TYPE }, large]);

    await expect(client.manifest('app', LATEST)).rejects.toThrow('more than 4194304 bytes');
  });

  it('is refused if it is compressed', async () => {
    const headers = { 'content-type': MANIFEST_TYPE, 'content-encoding': 'gzip' };
    const { client } = await clientOfServer(() => [200, headers, IMAGE.bytes]);

    await expect(client.manifest('app', LATEST)).rejects.toMatchObject({
      kind: 'wrong',
      message: expect.stringContaining('compressed'),
    });
  });

  it('is refused if the registry announces another one', async () => {
    const other = Digest.of(Buffer.from('other'));
    const headers = {
      'content-type': MANIFEST_TYPE,
      'content-length': '10',
      'docker-content-digest': `${other}`,
    };
    const { client } = await clientOfServer(() => [200, headers]);

    await expect(client.stat('app', IMAGE.digest)).rejects.toThrow(
      `it announces the digest ${other}`,
    );
  });

  it('is read with the scope that the registry wants, without another challenge the next time', async () => {
    const scope = 'repository:docker.io/library/app:pull';
    const { server, client } = await clientOfServer(({ url = '', headers }) => {
      if (url.startsWith('/token')) {
        const asked = new URL(url, 'http://any').searchParams.get('scope');
        return [200, {}, JSON.stringify({ access_token: asked === scope ? 'good' : 'bad' })];
      }
      const challenge = `Bearer realm="${server.url}/token",scope="${scope}"`;
      return headers.authorization === 'Bearer good'
        ? [200, { 'content-type': MANIFEST_TYPE }, IMAGE.bytes]
        : [401, { 'www-authenticate': challenge }];
    });

    await client.manifest('library/app', LATEST);
    await client.manifest('library/app', LATEST);

    expect(server.requests.map(({ status }) => status)).toEqual([401, 200, 200, 200]);
  });

  it('is asked for again by the same connections, also after a HEAD', async () => {
    const { server, client } = await clientOfServer(() => [404]);

    for (let question = 0; question < 6; question++) await client.stat('app', LATEST);

    // The second question may come before the first connection is free.
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('is read from a registry below a path', async () => {
    const server = await serve(({ url }) =>
      url === '/team/v2/app/manifests/latest'
        ? [200, { 'content-type': MANIFEST_TYPE }, IMAGE.bytes]
        : [404],
    );

    expect(await clientOf(`${server.url}/team`).manifest('app', LATEST)).toBeDefined();
    expect(await clientOf(`${server.url}/team/`).manifest('app', LATEST)).toBeDefined();
  });

  it.each([404, 410])('does not exist if the registry responds with %i', async (status) => {
    const { client } = await clientOfServer(() => [status]);

    expect(await client.manifest('app', LATEST)).toBeUndefined();
  });

  it.each([401, 403])('is refused if the registry responds with %i', async (status) => {
    const { client } = await clientOfServer(() => [status]);

    await expect(client.manifest('app', LATEST)).rejects.toMatchObject({
      kind: 'refused',
      message: `upstream.test did not send the manifest app:latest: it responded with ${status}; check the login of the mirror`,
    });
  });
});
