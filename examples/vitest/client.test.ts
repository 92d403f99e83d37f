import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import { blob, createTestRegistry, image, type TestRegistry } from 'berth-registry/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { Client } from './client.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await createTestRegistry();
});
beforeEach(async () => {
  await registry.reset();
  await registry.push('team/app:1.0', image({ layers: [layer] }));
});
afterAll(() => registry.close());

const layer = blob('x'.repeat(200_000), 'application/vnd.oci.image.layer.v1.tar');

function pull(options = {}): Promise<Buffer> {
  return new Client(registry.url, options).pullBlob('team/app', layer.digest);
}

function operations(): string[] {
  return registry.requests.map(({ operation }) => operation);
}

test('the client retries after an error status', async () => {
  const fault = registry.fault({ status: 503, times: 2, on: { operation: 'blob.get' } });

  expect(await pull()).toEqual(layer.bytes);

  expect(fault.used).toBe(2);
  expect(registry.requests.map(({ status }) => status)).toEqual([503, 503, 200]);
});

test('the client gives up when the error status stays', async () => {
  const fault = registry.fault({ status: 503 });

  await expect(pull({ attempts: 3 })).rejects.toThrow('503');
  expect(fault.used).toBe(3);

  fault.remove();
  expect(await pull()).toEqual(layer.bytes);
});

test('the client abandons a late response and retries', async () => {
  registry.fault({ delayMs: 10_000, times: 1 });

  expect(await pull({ patienceMs: 300 })).toEqual(layer.bytes);

  const given = await registry.waitFor(({ aborted }) => aborted);
  expect(given).toMatchObject({ operation: 'blob.get', status: undefined });
});

test('the client requests the rest of a cut response', async () => {
  registry.fault({ cutAfter: 70_000, times: 1, on: { repository: 'team/app' } });

  expect(await pull()).toEqual(layer.bytes);

  const [cut, rest] = registry.requests;
  expect(cut).toMatchObject({ status: 200, aborted: true, bytesSent: 70_000 });
  expect(rest).toMatchObject({ status: 206, bytesSent: 130_000 });
});

test('the client detects a changed byte', async () => {
  registry.fault({ corruptByte: 1_000, times: 1 });

  expect(await pull()).toEqual(layer.bytes);
  expect(operations()).toEqual(['blob.get', 'blob.get']);
});

test('the client reports a missing blob without a retry', async () => {
  registry.fault({ missingBlob: true });

  await expect(pull()).rejects.toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' });
  expect(operations()).toEqual(['blob.get']);
});

test('the client gets a token after a challenge', async () => {
  const issuer = createServer((_request, response) => response.end('{"token":"abc"}'));
  await once(issuer.listen(0, '127.0.0.1'), 'listening');
  const realm = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/token`;
  registry.fault({ challenge: `Bearer realm="${realm}",service="test"`, times: 1 });

  expect(await pull()).toEqual(layer.bytes);

  expect(registry.requests.map(({ headers }) => headers.authorization)).toEqual([
    undefined,
    'Bearer abc',
  ]);
  issuer.close();
});

test('the client waits for Retry-After after too many requests', async () => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => waits.push(milliseconds);
  registry.fault({ retryAfter: 2, times: 1 });

  expect(await pull({ wait })).toEqual(layer.bytes);
  expect(waits).toEqual([2_000]);
});

test('the client resumes an upload that was cut', async () => {
  const other = blob('y'.repeat(200_000));
  registry.fault({ cutUploadAfter: 70_000, times: 1, on: { operation: 'upload.chunk' } });

  await new Client(registry.url).pushBlob('team/app', other.bytes);

  const chunks = registry.requests.filter(({ operation }) => operation === 'upload.chunk');
  expect(chunks.map(({ bytesReceived }) => bytesReceived).at(-1)).toBe(130_000);
  expect(operations().at(-1)).toBe('upload.finish');
});
