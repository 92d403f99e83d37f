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

test('a status: the client comes again', async () => {
  const fault = registry.fault({ status: 503, times: 2, on: { operation: 'blob.get' } });

  expect(await pull()).toEqual(layer.bytes);

  expect(fault.used).toBe(2);
  expect(registry.requests.map(({ status }) => status)).toEqual([503, 503, 200]);
});

test('a status that stays: the client gives up', async () => {
  const fault = registry.fault({ status: 503 });

  await expect(pull({ attempts: 3 })).rejects.toThrow('503');
  expect(fault.used).toBe(3);

  fault.remove();
  expect(await pull()).toEqual(layer.bytes);
});

test('a delay: the client gives the answer up, and asks again', async () => {
  registry.fault({ delayMs: 10_000, times: 1 });

  expect(await pull({ patienceMs: 300 })).toEqual(layer.bytes);

  const given = await registry.waitFor(({ aborted }) => aborted);
  expect(given).toMatchObject({ operation: 'blob.get', status: undefined });
});

test('an answer that is cut: the client asks for the rest', async () => {
  registry.fault({ cutAfter: 70_000, times: 1, on: { repository: 'team/app' } });

  expect(await pull()).toEqual(layer.bytes);

  const [cut, rest] = registry.requests;
  expect(cut).toMatchObject({ status: 200, aborted: true, bytesSent: 70_000 });
  expect(rest).toMatchObject({ status: 206, bytesSent: 130_000 });
});

test('a changed byte: the client finds out', async () => {
  registry.fault({ corruptByte: 1_000, times: 1 });

  expect(await pull()).toEqual(layer.bytes);
  expect(operations()).toEqual(['blob.get', 'blob.get']);
});

test('a missing blob: the client says so at once', async () => {
  registry.fault({ missingBlob: true });

  await expect(pull()).rejects.toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' });
  expect(operations()).toEqual(['blob.get']);
});

test('a challenge: the client gets a token', async () => {
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

test('too many requests: the client waits as long as Retry-After says', async () => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => waits.push(milliseconds);
  registry.fault({ retryAfter: 2, times: 1 });

  expect(await pull({ wait })).toEqual(layer.bytes);
  expect(waits).toEqual([2_000]);
});

test('an upload that is cut: the client goes on where it was', async () => {
  const other = blob('y'.repeat(200_000));
  registry.fault({ cutUploadAfter: 70_000, times: 1, on: { operation: 'upload.chunk' } });

  await new Client(registry.url).pushBlob('team/app', other.bytes);

  const chunks = registry.requests.filter(({ operation }) => operation === 'upload.chunk');
  expect(chunks.map(({ bytesReceived }) => bytesReceived).at(-1)).toBe(130_000);
  expect(operations().at(-1)).toBe('upload.finish');
});
