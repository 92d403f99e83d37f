import { once } from 'node:events';
import { connect } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { type FinishedRequest } from '../../src/http/oci/finished-request.js';
import { routeOfPattern } from '../../src/http/oci/request-route.js';
import { buildImage, uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { TestRegistry } from '../support/registry.js';

/** What an observer saw of a request, without its time. */
interface Seen {
  readonly method: string;
  readonly route: string;
  readonly repository: string | undefined;
  readonly reference: string | undefined;
  readonly status: number;
  readonly cut: boolean;
  readonly received: number;
  readonly sent: number;
}

function seenOf(finished: FinishedRequest): Seen {
  const { method, route, repository, reference, status, cut, received, sent } = finished;
  const text = reference?.toString();
  return { method, route, repository, reference: text, status, cut, received, sent };
}

describe('an observer of requests', () => {
  let registry: TestRegistry;
  let seen: Seen[] = [];
  const begun: string[] = [];
  const ofGets: string[] = [];
  const ofAwake: string[] = [];
  let isAwake = false;

  beforeAll(async () => {
    const observer = {
      begun: ({ method }: { method: string }) => void begun.push(method),
      finished: (finished: FinishedRequest) => void seen.push(seenOf(finished)),
    };
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' }, {}, false, {
      observers: [
        observer,
        { methods: ['GET'], finished: ({ method }) => void ofGets.push(method) },
        { isAwake: () => isAwake, finished: ({ method }) => void ofAwake.push(method) },
      ],
    });
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => registry.stop());

  it('sees no request that begins while it is asleep', async () => {
    await registry.http.get('/v2/');
    isAwake = true;
    await registry.http.head('/v2/');

    expect(ofAwake).toEqual(['HEAD']);
  });

  it('sees only requests of the methods that it names', async () => {
    await registry.http.get('/v2/');
    await registry.http.head('/v2/');
    await registry.http.get('/v2/_catalog');

    expect(seen.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET']);
    expect(ofGets.slice(-2)).toEqual(['GET', 'GET']);
    expect(ofGets).not.toContain('HEAD');
  });

  it('sees the method, endpoint, names, status and bytes of a push', async () => {
    const layer = uniqueBytes(1_000);
    const image = buildImage([layer]);
    await registry.pushBlob('team/app', layer);
    await registry.pushBlob('team/app', image.config);
    await registry.putManifest('team/app', '1.0', image.bytes).expect(201);

    expect(begun.slice(-3)).toEqual(['POST', 'POST', 'PUT']);
    expect(seen[0]).toEqual({
      method: 'POST',
      route: 'upload',
      repository: 'team/app',
      reference: undefined,
      status: 201,
      cut: false,
      received: 1_000,
      sent: 0,
    });
    expect(seen[2]).toMatchObject({
      method: 'PUT',
      route: 'manifest',
      reference: '1.0',
      received: image.bytes.length,
    });
  });

  it('sees the bytes of a pull, and none for a HEAD request', async () => {
    const digest = await registry.pushBlob('team/app', uniqueBytes(2_000));
    seen = [];
    await registry.http.get(`/v2/team/app/blobs/${digest}`).expect(200);
    await registry.http.head(`/v2/team/app/blobs/${digest}`).expect(200);

    expect(seen).toMatchObject([
      { method: 'GET', route: 'blob', reference: digest, status: 200, sent: 2_000 },
      { method: 'HEAD', route: 'blob', status: 200, sent: 0 },
    ]);
  });

  it.each([
    ['GET', '/v2/', 'other', 200],
    ['GET', '/health', 'health', 200],
    ['GET', '/v2/_catalog', 'catalog', 200],
    ['GET', '/v2/team/none/tags/list', 'tags', 404],
    ['GET', `/v2/team/app/referrers/${Digest.of(Buffer.from('x'))}`, 'referrers', 200],
    ['GET', '/v2/team/app/manifests/!', 'manifest', 400],
    ['POST', '/v2/team/app/manifests/1.0', 'manifest', 405],
    ['PROPFIND', '/v2/team/app/manifests/1.0', 'manifest', 405],
    ['GET', '/nowhere', 'other', 404],
  ])('sees %s %s as %s', async (method, path, route, status) => {
    const socket = connect(registry.port, '127.0.0.1');
    socket.end(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`).resume();
    await once(socket, 'close');

    const shown = method === 'PROPFIND' ? 'other' : method;
    expect(seen).toMatchObject([{ method: shown, route, status, cut: false }]);
  });

  it('sees a request whose client disconnects before the response', async () => {
    const location = await registry.beginUpload('team/app');
    seen = [];
    const socket = connect(registry.port, '127.0.0.1');
    socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n12345`);
    setTimeout(() => socket.destroy(), 50);
    await once(socket, 'close');
    while (seen.length === 0) await new Promise(setImmediate);

    expect(seen).toMatchObject([{ route: 'upload', cut: true, status: 499, sent: 0 }]);
  });

  it('knows the route of every path of the registry', () => {
    const patterns = registry.router.stack.flatMap(({ route }) => route?.path ?? []);
    const others = patterns.filter((pattern) => routeOfPattern(pattern) === 'other');

    expect(new Set(others)).toEqual(new Set(['/', '/v2{/}']));
  });
});
