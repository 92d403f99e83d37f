import { request as httpRequest } from 'node:http';
import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  blob,
  createTestRegistry,
  image,
  type FaultOptions,
  type Operation,
  type RequestFilter,
  type TestRegistry,
} from '../../../src/exports/testing.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await createTestRegistry();
});
beforeEach(async () => {
  await registry.reset();
  await registry.push('team/app:1.0', built);
});
afterAll(() => registry.close());

const large = blob(Buffer.alloc(300_000, 'x'), 'application/vnd.oci.image.layer.v1.tar');
const built = image({ layers: [large] });
const LAYER = `team/app/blobs/${large.digest}`;

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${registry.url}/v2/${path}`, init);
}

async function bytesOf(path: string): Promise<Buffer> {
  return Buffer.from(await (await get(path)).arrayBuffer());
}

/** Returns the whole response, also one that is cut. */
function receive(path: string): Promise<{ bytes: number; announced: number; whole: boolean }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${registry.url}/v2/${path}`, (response) => {
      let bytes = 0;
      const announced = Number(response.headers['content-length']);
      response.on('data', (piece: Buffer) => (bytes += piece.byteLength));
      response.on('error', () => undefined);
      response.on('close', () => resolve({ bytes, announced, whole: response.complete }));
    });
    outgoing.on('error', reject).end();
  });
}

describe('a fault', () => {
  it('responds with a status and an error body', async () => {
    registry.fault({ status: 503, headers: { 'X-Why': 'test' } });

    const response = await get('');

    expect(response.status).toBe(503);
    expect(response.headers.get('x-why')).toBe('test');
    expect(await response.json()).toMatchObject({ errors: [{ code: 'UNKNOWN' }] });
  });

  it.each<[FaultOptions, number, string]>([
    [{ status: 403 }, 403, 'DENIED'],
    [{ status: 404, code: 'MANIFEST_UNKNOWN' }, 404, 'MANIFEST_UNKNOWN'],
    [{ missingBlob: true }, 404, 'BLOB_UNKNOWN'],
    [{ challenge: 'Bearer realm="https://x/token"' }, 401, 'UNAUTHORIZED'],
    [{ retryAfter: 2 }, 429, 'TOOMANYREQUESTS'],
  ])('%j causes the response %s %s', async (options, status, code) => {
    registry.fault(options);

    const response = await get(LAYER);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ code }] });
  });

  it('can be a challenge, or 429 with a Retry-After', async () => {
    registry.fault({ challenge: 'Bearer realm="https://x/token"', times: 1 });
    registry.fault({ retryAfter: 2, times: 1 });

    const first = await get('');
    const second = await get('');

    expect(first.headers.get('www-authenticate')).toBe('Bearer realm="https://x/token"');
    expect(second.headers.get('retry-after')).toBe('2');
    expect((await get('')).status).toBe(200);
  });

  it('can hide blobs, and nothing else', async () => {
    registry.fault({ missingBlob: true });

    expect((await get(LAYER)).status).toBe(404);
    expect((await get(LAYER, { method: 'HEAD' })).status).toBe(404);
    expect((await get('team/app/manifests/1.0')).status).toBe(200);
  });

  it.each([0, 1, 100, 65_536, 200_000])('cuts a response after %s bytes', async (cutAfter) => {
    registry.fault({ cutAfter, on: { operation: 'blob.get' } });

    expect(await receive(LAYER)).toEqual({ bytes: cutAfter, announced: large.size, whole: false });

    const seen = await registry.waitFor({ operation: 'blob.get' });
    expect(seen).toMatchObject({ status: 200, aborted: true, bytesSent: cutAfter });
  });

  it('does not cut a response that is shorter than cutAfter', async () => {
    const { size } = built.descriptor;
    registry.fault({ cutAfter: size });
    expect(await receive('team/app/manifests/1.0')).toMatchObject({ bytes: size, whole: true });

    registry.clearFaults();
    registry.fault({ cutAfter: size - 1 });
    expect(await receive('team/app/manifests/1.0')).toMatchObject({ whole: false });
  });

  it.each([0, 70_000, 299_999])('changes byte %s, and no other', async (corruptByte) => {
    registry.fault({ corruptByte, times: 1 });

    const bytes = await bytesOf(LAYER);

    const changed = [...bytes.keys()].filter((at) => bytes[at] !== large.bytes[at]);
    expect(changed).toEqual([corruptByte]);
    expect(bytes.byteLength).toBe(large.size);
    // The stored content is unchanged.
    expect((await bytesOf(LAYER)).equals(large.bytes)).toBe(true);
  });

  it('can delay in addition to another fault', async () => {
    registry.fault({ delayMs: 60, times: 1 });
    registry.fault({ delayMs: 60, status: 503, times: 1 });

    for (const status of [200, 503]) {
      const begin = performance.now();
      expect((await get('')).status).toBe(status);
      expect(performance.now() - begin).toBeGreaterThanOrEqual(58);
    }
  });

  it('that delays drops a request that the client has abandoned', async () => {
    const fault = registry.fault({ delayMs: 60_000 });
    const client = new AbortController();
    const answer = get('', { signal: client.signal }).catch(() => 'given up');
    while (fault.used === 0) await setImmediate();

    client.abort();

    expect(await answer).toBe('given up');
    expect(await registry.waitFor({ operation: 'ping' })).toMatchObject({ aborted: true });
  });

  it.each([0, 10, 150_000])('cuts an upload after %s bytes, which are kept', async (count) => {
    const begun = await get('team/app/blobs/uploads/', { method: 'POST' });
    const location = String(begun.headers.get('location')).slice('/v2/'.length);
    const fault = registry.fault({ cutUploadAfter: count, on: { operation: 'upload.chunk' } });

    const body = new Uint8Array(large.bytes);
    await expect(get(location, { method: 'PATCH', body })).rejects.toThrow();

    await registry.waitFor({ operation: 'upload.chunk' });
    fault.remove();
    const status = await get(location);
    expect(status.headers.get('range')).toBe(`0-${Math.max(0, count - 1)}`);
    const rest = await get(`${location}?digest=${large.digest}`, {
      method: 'PUT',
      body: body.subarray(count),
    });
    expect(rest.status).toBe(201);
  });

  it('responds to a large push before its body is read, and the client gets the response', async () => {
    registry.fault({ status: 503, on: { operation: 'upload.single' } });

    const digest = large.digest;
    const response = await get(`team/app/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: new Uint8Array(4_000_000),
    });

    expect(response.status).toBe(503);
  });

  it('applies to matching requests, as often as set', async () => {
    const fault = registry.fault({
      status: 503,
      times: 2,
      on: { operation: 'manifest.get', repository: 'team/app', reference: '1.0' },
    });
    const statuses: number[] = [];
    const manifest = 'team/app/manifests/1.0';
    for (const path of [
      '',
      'other/manifests/1.0',
      manifest,
      'team/app/manifests/2.0',
      manifest,
      manifest,
    ]) {
      statuses.push((await get(path)).status);
    }

    expect(statuses).toEqual([200, 404, 503, 404, 503, 200]);
    expect(fault.used).toBe(2);
  });

  it('applies after older faults', async () => {
    registry.fault({ status: 500, times: 1 });
    const second = registry.fault({ status: 502 });

    expect([(await get('')).status, (await get('')).status]).toEqual([500, 502]);
    second.remove();
    expect((await get('')).status).toBe(200);
  });

  it('is removed with the others', async () => {
    registry.fault({ status: 500 });
    registry.clearFaults();

    expect((await get('')).status).toBe(200);
  });

  it.each<[FaultOptions, string]>([
    [{}, 'this has none'],
    [{ on: { repository: 'a' } }, 'this has none'],
    [{ status: 500, cutAfter: 3 }, 'status and cutAfter'],
    [{ cutAfter: -1 }, 'cutAfter of a fault is -1; allowed: an integer, 0 or more'],
    [{ status: 1000 }, 'status of a fault is 1000; allowed: an integer, 200 to 599'],
    [{ delayMs: 1.5 }, 'delayMs of a fault is 1.5'],
    ['503' as FaultOptions, "a fault is '503'; allowed: an object with status, missingBlob"],
    [{ status: 500, headers: { a: 1 } } as unknown as FaultOptions, 'headers of a fault is'],
    [{ status: 500, delay: 1 } as FaultOptions, 'a fault has no delay'],
    [
      { status: 500, on: { operation: 'blob.pull' as Operation } },
      "operation of a filter is 'blob.pull'; allowed: one or several of",
    ],
    [{ status: 500, on: { repo: 'a' } as RequestFilter }, 'a filter has no repo'],
  ])('with the options %j is rejected', (options, message) => {
    expect(() => registry.fault(options)).toThrow(message);
  });
});
