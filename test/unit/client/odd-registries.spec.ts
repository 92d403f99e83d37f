import { type IncomingMessage, type ServerResponse } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type Upstream } from '../../../src/client/upstream.js';
import { Digest } from '../../../src/domain/digest.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { clientOptions, digestOf, upstreamAt } from '../../support/upstreams/client.js';
import { SeenServer } from '../../support/upstreams/seen-server.js';

const LATEST = parseTagName('latest');
const IMAGE = buildImage([uniqueBytes(100)]);
const BLOB = uniqueBytes(1_000);
const BLOB_DIGEST = Digest.of(BLOB);
const MANIFEST_TYPE = IMAGE.descriptor.mediaType;
const DESCRIBED = {
  mediaType: MANIFEST_TYPE,
  digest: IMAGE.digest,
  size: IMAGE.bytes.byteLength,
};

type Headers = Readonly<Record<string, string>>;
type Answer = readonly [status: number, headers?: Headers, body?: Buffer | string];

const servers: SeenServer[] = [];
const clients: RegistryClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** Starts a server that responds as `answerTo` says. */
async function serve(answerTo: (request: IncomingMessage) => Answer): Promise<SeenServer> {
  const server = await SeenServer.start((request: IncomingMessage, response: ServerResponse) => {
    const [status, headers = {}, body] = answerTo(request);
    response.writeHead(status, headers).end(request.method === 'HEAD' ? undefined : body);
  });
  servers.push(server);
  return server;
}

function clientOf(url: string, more: Partial<Upstream> = {}): RegistryClient {
  const client = openRegistryClient(upstreamAt(url, more), clientOptions());
  clients.push(client);
  return client;
}

async function clientOfServer(answerTo: (request: IncomingMessage) => Answer) {
  const server = await serve(answerTo);
  return { server, client: clientOf(server.url) };
}

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

describe('a blob of another registry', () => {
  it('is refused if the registry sends another part than asked for', async () => {
    const headers = { 'content-range': 'bytes 5-999/1000' };
    const { client } = await clientOfServer(() => [206, headers, BLOB.subarray(5)]);

    await expect(client.blob('app', BLOB_DIGEST, 10)).rejects.toThrow(
      'it sent another part than the one from byte 10',
    );
  });

  it('has a size also if the registry announces no bytes for HEAD', async () => {
    const { client } = await clientOfServer(({ method }) => [
      200,
      { 'content-length': method === 'HEAD' ? '0' : '1000' },
      BLOB,
    ]);

    expect(await client.statBlob('app', BLOB_DIGEST)).toEqual({ size: BLOB.byteLength });
  });

  it('may be empty', async () => {
    const { client } = await clientOfServer(() => [200, { 'content-length': '0' }]);

    expect(await client.statBlob('app', Digest.of(Buffer.alloc(0)))).toEqual({ size: 0 });
  });

  it('may have an unknown size', async () => {
    const server = await SeenServer.start((_, response) => {
      response.writeHead(200).write(BLOB);
      response.end();
    });
    servers.push(server);
    const client = clientOf(server.url);

    const blob = await client.blob('app', BLOB_DIGEST, 0);

    expect(blob).toMatchObject({ size: undefined, offset: 0 });
    expect(await digestOf(blob)).toEqual(BLOB_DIGEST);
    await expect(client.statBlob('app', BLOB_DIGEST)).rejects.toMatchObject({
      kind: 'wrong',
    });
  });
});

describe('the tags of another registry', () => {
  it('are read with the tokens of Quay', async () => {
    const { client } = await clientOfServer(({ url = '' }) => {
      const { searchParams } = new URL(url, 'http://any');
      return searchParams.get('next_page') === 'abc'
        ? [200, {}, JSON.stringify({ tags: ['b'] })]
        : [
            200,
            { link: '</v2/app/tags/list?n=1000&next_page=abc>; rel="next"' },
            JSON.stringify({ tags: ['a'] }),
          ];
    });

    const first = await client.tags('app');
    expect(first).toEqual({ tags: ['a'], next: '?n=1000&next_page=abc' });
    expect(await client.tags('app', first?.next)).toEqual({ tags: ['b'] });
  });

  it('are empty if the registry sends null', async () => {
    const { client } = await clientOfServer(() => [200, {}, '{"name":"app","tags":null}']);

    expect(await client.tags('app')).toEqual({ tags: [] });
  });

  it.each(['no JSON', '[]', '{"tags":[1]}'])('are refused if it sends %s', async (body) => {
    const { client } = await clientOfServer(() => [200, {}, body]);

    await expect(client.tags('app')).rejects.toThrow(
      'it sent something that is not a list of tags',
    );
  });
});

describe('the referrers of another registry', () => {
  const subject = IMAGE.digest;
  const entry = { mediaType: MANIFEST_TYPE, digest: `${BLOB_DIGEST}`, size: 7 };
  const listed = { mediaType: MANIFEST_TYPE, digest: BLOB_DIGEST, size: 7 };
  const index = (...manifests: unknown[]): string =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    });
  const indexType = { 'content-type': 'application/vnd.oci.image.index.v1+json' };

  it.each([400, 404, 405, 406])(
    'are read from the tag of the subject if the API responds with %i',
    async (status) => {
      const { server, client } = await clientOfServer(({ url = '' }) =>
        url.includes('/referrers/') ? [status] : [200, indexType, index(entry)],
      );

      expect(await client.referrers('app', subject)).toEqual([listed]);
      expect(server.requests.at(-1)?.path).toBe(
        `/v2/app/manifests/${subject.algorithm}-${subject.hex}`,
      );
    },
  );

  it('are an empty list if neither the API nor the tag exists', async () => {
    const { client } = await clientOfServer(() => [404]);

    expect(await client.referrers('app', subject)).toEqual([]);
  });

  it('are read page by page, without entries that are invalid', async () => {
    const path = `/v2/app/referrers/${subject}`;
    const { client } = await clientOfServer(({ url = '' }) =>
      url.endsWith('?page=2')
        ? [200, indexType, index({ ...entry, artifactType: 'application/x' }, 'invalid')]
        : [200, { ...indexType, link: `<${path}?page=2>; rel="next"` }, index(entry)],
    );

    expect(await client.referrers('app', subject)).toEqual([
      listed,
      { ...listed, artifactType: 'application/x' },
    ]);
  });

  it('are refused if they are too many', async () => {
    const padding = { ...entry, annotations: { padding: 'x'.repeat(1024 ** 2) } };
    const body = index(...Array.from({ length: 12 }, () => padding));
    let page = 0;
    const { client } = await clientOfServer(() => [
      200,
      { ...indexType, link: `</v2/app/referrers/${subject}?page=${++page}>; rel="next"` },
      body,
    ]);

    await expect(client.referrers('app', subject)).rejects.toMatchObject({ kind: 'wrong' });
    expect(page).toBeLessThan(5);
  });

  it('are refused if they are no index', async () => {
    const { client } = await clientOfServer(() => [200, indexType, '{}']);

    await expect(client.referrers('app', subject)).rejects.toMatchObject({ kind: 'wrong' });
  });
});
