import { connect } from 'node:net';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  createTestRegistry,
  image,
  type Operation,
  type RequestFilter,
  type TestRegistry,
  type WaitOptions,
} from '../../../src/exports/testing.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await createTestRegistry();
});
beforeEach(() => registry.reset());
afterAll(() => registry.close());

const built = image();
const [layer = built.config] = built.layers;

describe('the requests seen', () => {
  it('include the request, its result and the bytes', async () => {
    await registry.push('team/app:1.0', built);
    const blob = await fetch(`${registry.url}/v2/team/app/blobs/${layer.digest}`);
    await blob.arrayBuffer();
    await fetch(`${registry.url}/v2/team/app/manifests/2.0?x=y`, { headers: { 'X-Mine': '1' } });

    expect(registry.requests).toMatchObject([
      {
        operation: 'blob.get',
        method: 'GET',
        repository: 'team/app',
        reference: layer.digest,
        status: 200,
        aborted: false,
        bytesReceived: 0,
        bytesSent: layer.size,
      },
      {
        operation: 'manifest.get',
        path: '/v2/team/app/manifests/2.0',
        query: 'x=y',
        reference: '2.0',
        status: 404,
        headers: { 'x-mine': '1' },
      },
    ]);
  });

  it('include the bytes of a push', async () => {
    const body = new Uint8Array(300_000).fill(1);
    const begun = await fetch(`${registry.url}/v2/team/app/blobs/uploads/`, { method: 'POST' });
    const location = `${registry.url}${String(begun.headers.get('location'))}`;
    await fetch(location, { method: 'PATCH', body });

    const chunk = await registry.waitFor({ operation: 'upload.chunk' });

    expect(chunk).toMatchObject({ bytesReceived: 300_000, bytesSent: 0, status: 202 });
    expect(chunk.path).toContain(chunk.reference);
  });

  it('count no body for a HEAD', async () => {
    await registry.push('team/app:1.0', built);
    await fetch(`${registry.url}/v2/team/app/manifests/1.0`, { method: 'HEAD' });

    expect(registry.requests).toMatchObject([{ operation: 'manifest.head', bytesSent: 0 }]);
  });

  it('include a request whose client disconnected', async () => {
    const socket = connect(registry.port, '127.0.0.1');
    socket.end(
      'PUT /v2/team/app/manifests/1.0 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n0123456789',
    );

    expect(await registry.waitFor({ operation: 'manifest.put' })).toMatchObject({
      status: undefined,
      aborted: true,
      bytesReceived: 10,
    });
  });

  it('are a snapshot that does not grow', async () => {
    const before = registry.requests;
    await fetch(`${registry.url}/v2/`);

    expect(before).toEqual([]);
    expect(registry.requests).toHaveLength(1);
  });
});

describe('waitFor', () => {
  it('finds a past request', async () => {
    await fetch(`${registry.url}/v2/`);

    expect(await registry.waitFor({ operation: 'ping' })).toMatchObject({ status: 200 });
  });

  it('waits for a future request that matches all given fields', async () => {
    const seen = registry.waitFor({ operation: 'tags.list', repository: 'b', method: 'get' });
    for (const path of ['', 'a/tags/list', 'b/manifests/1.0', 'b/tags/list']) {
      await fetch(`${registry.url}/v2/${path}`);
    }

    expect(await seen).toMatchObject({ path: '/v2/b/tags/list' });
  });

  it('accepts several operations, or a function', async () => {
    const seen = registry.waitFor({ operation: ['blob.get', 'tags.list'] });
    const failed = registry.waitFor(({ status = 0 }) => status >= 400);
    await fetch(`${registry.url}/v2/`);
    await fetch(`${registry.url}/v2/a/tags/list`);

    expect(await seen).toMatchObject({ operation: 'tags.list' });
    expect(await failed).toMatchObject({ status: 404 });
  });

  it('lists the requests seen when no request matches in time', async () => {
    await fetch(`${registry.url}/v2/a/tags/list?n=1`);

    const wait = registry.waitFor({ operation: 'manifest.put' }, { timeoutMs: 20 });

    await expect(wait).rejects.toThrow(
      'no matching request within 20 ms: {"operation":"manifest.put"}; the last of 1 seen:\n' +
        '  tags.list: GET /v2/a/tags/list?n=1 404',
    );
  });

  it('fails with the error of its function, and the registry continues to serve', async () => {
    const wait = registry.waitFor(() => {
      throw new Error('a mistake in the test');
    });

    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);

    await expect(wait).rejects.toThrow('a mistake in the test');
  });

  it('rejects a filter that matches no request', async () => {
    const operation = 'blob.pull' as Operation;

    await expect(registry.waitFor({ operation })).rejects.toThrow(
      "operation of a filter is 'blob.pull'; allowed: one or several of blob.delete, blob.get",
    );
  });

  it('reports that no request was seen', async () => {
    const wait = registry.waitFor(() => false, { timeoutMs: 20 });

    await expect(wait).rejects.toThrow('a request that the function accepts; no request was seen');
  });

  it('fails with the line of the caller in its stack', async () => {
    const fileOf = (error: unknown) => String((error as Error).stack);
    const late = registry.waitFor({ operation: 'ping' }, { timeoutMs: 20 });
    expect(fileOf(await late.catch((error: unknown) => error))).toContain('requests.spec.ts');

    const ended = registry.waitFor({ operation: 'ping' });
    await registry.reset();
    expect(fileOf(await ended.catch((error: unknown) => error))).toContain('requests.spec.ts');
  });

  it.each([
    [undefined, {}, 'the argument of waitFor is undefined; allowed: an object such as'],
    ['ping', {}, "the argument of waitFor is 'ping'; allowed: an object such as"],
    [{ operation: 'ping' }, { timeout: 5 }, 'waitFor has no timeout; allowed: timeoutMs'],
    [{ operation: 'ping' }, { timeoutMs: '5' }, "timeoutMs of waitFor is '5'; allowed: an integer"],
    [{ operation: 'ping' }, { timeoutMs: Infinity }, 'timeoutMs of waitFor is Infinity'],
    [{ repository: 5 }, {}, 'repository of a filter is 5; allowed: a text'],
  ])('refuses %j with %j', async (wanted, options, message) => {
    const wait = registry.waitFor(wanted as RequestFilter, options as WaitOptions);

    await expect(wait).rejects.toThrow(message);
  });
});
