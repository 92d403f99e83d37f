import { once } from 'node:events';
import { connect } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { BlobStore } from '../../src/storage/ports/blob-store.js';
import { Digest } from '../../src/domain/digest.js';
import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { describeRegistry, errorBody, TestRegistry } from '../support/registry.js';

const DIGEST = Digest.of(Buffer.from('nothing'));
const ID = '01234567-89ab-cdef-0123-456789abcdef';

describeRegistry('an error', (registry) => {
  it.each([
    ['GET', '/v1', 404, 'UNSUPPORTED'],
    ['GET', '/v1/search', 404, 'UNSUPPORTED'],
    ['GET', '/v2/team/app', 404, 'UNSUPPORTED'],
    ['GET', '/V2/', 404, 'UNSUPPORTED'],
    ['GET', '/v2/team/app/tags/list/', 404, 'UNSUPPORTED'],
    ['GET', '/v2/team/app/tags/%zz', 404, 'UNSUPPORTED'],
    ['GET', '/v2/%zz/tags/list', 400, 'UNSUPPORTED'],
    ['GET', '/v2/team/app/manifests/%ff', 400, 'UNSUPPORTED'],
    ['GET', '/v2/Team/tags/list', 400, 'NAME_INVALID'],
    ['GET', '/v2/../../etc/passwd/tags/list', 400, 'NAME_INVALID'],
    ['GET', '/v2/a%2f..%2fb/tags/list', 400, 'NAME_INVALID'],
    ['GET', '/v2/a%00b/tags/list', 400, 'NAME_INVALID'],
    ['GET', `/v2/${'a'.repeat(256)}/tags/list`, 400, 'NAME_INVALID'],
    ['GET', `/v2/team/app/manifests/${'t'.repeat(129)}`, 400, 'MANIFEST_INVALID'],
    ['GET', '/v2/team/app/manifests/-tag', 400, 'MANIFEST_INVALID'],
    ['GET', '/v2/team/app/manifests/sha256:baddigeststring', 400, 'DIGEST_INVALID'],
    ['GET', '/v2/team/app/blobs/sha256:ABCDEF', 400, 'DIGEST_INVALID'],
    ['GET', '/v2/team/app/blobs/uploads', 400, 'DIGEST_INVALID'],
    ['GET', '/v2/team/app/blobs/uploads/not-an-id', 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['GET', `/v2/team/app/blobs/uploads/${ID}`, 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['DELETE', `/v2/team/app/blobs/uploads/${ID}`, 404, 'BLOB_UPLOAD_UNKNOWN'],
  ])('has its code: %s %s is %d %s', async (method, path, status, code) => {
    const answer = await raw(
      registry(),
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/\r\nContent-Type: application\/json\r\n/);
    expect(JSON.parse(bodyOf(answer))).toMatchObject(errorBody(code));
  });

  it.each([
    ['POST', '/v2/', 'GET, HEAD'],
    ['DELETE', '/v2/_catalog', 'GET, HEAD'],
    ['DELETE', '/health', 'GET, HEAD'],
    ['PUT', '/v2/team/app/tags/list', 'GET, HEAD'],
    ['POST', `/v2/team/app/blobs/${DIGEST}`, 'GET, HEAD, DELETE'],
    ['PATCH', '/v2/team/app/manifests/1.0', 'GET, HEAD, PUT, DELETE'],
    ['GET', '/v2/team/app/blobs/uploads/', 'POST'],
    ['POST', `/v2/team/app/blobs/uploads/${ID}`, 'GET, HEAD, PATCH, PUT, DELETE'],
    ['PUT', '/v2/team/app/blobs/uploads', 'POST'],
    ['HEAD', '/v2/team/app/blobs/uploads/', 'POST'],
    ['OPTIONS', '/v2/', 'GET, HEAD'],
    ['PROPFIND', '/v2', 'GET, HEAD'],
    ['DELETE', `/v2/team/app/referrers/${DIGEST}`, 'GET, HEAD'],
  ])('lists the allowed methods of a known path: %s %s', async (method, path, allow) => {
    const answer = await raw(
      registry(),
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain(`\r\nAllow: ${allow}\r\n`);
    if (method !== 'HEAD') {
      expect(JSON.parse(bodyOf(answer))).toMatchObject(errorBody('UNSUPPORTED'));
    }
  });

  it.each([
    ['no Host', 'GET /v2/ HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['an expectation', 'GET /v2/ HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n', 417],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
    ['something other than HTTP', 'nonsense\r\n\r\n', 400],
    [
      'a header that is too large',
      `GET /v2/ HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
      431,
    ],
    ['a URL that is too long', `GET /v2/${'a'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ])('is JSON for %s too', async (_, request, status) => {
    const answer = await raw(registry(), request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(bodyOf(answer))).toMatchObject(errorBody('UNSUPPORTED'));
  });

  it('reaches a client that is still sending, and ends the connection soon', async () => {
    const begin = performance.now();
    const socket = connect(registry().port, '127.0.0.1');
    socket.on('error', () => undefined);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(
      'PUT /v2/team/app/manifests/-bad HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n',
    );
    const timer = setInterval(() => socket.write(Buffer.alloc(1_000)), 20);
    await once(socket, 'close');
    clearInterval(timer);
    expect(Buffer.concat(chunks).toString()).toMatch(
      /^HTTP\/1\.1 400 .*\r\nConnection: close\r\n.*MANIFEST_INVALID/s,
    );
    expect(performance.now() - begin).toBeLessThan(5_000);
  });

  it('is not written into a response that has begun', async () => {
    const repository = registry().newRepository();
    const blob = uniqueBytes(8 * 1024 * 1024);
    const digest = await registry().pushBlob(repository, blob);
    const request = `GET /v2/${repository}/blobs/${digest} HTTP/1.1\r\nHost: x\r\n\r\n`;
    const socket = connect(registry().port, '127.0.0.1');
    socket.on('error', () => undefined);
    const chunks: Buffer[] = [];
    socket.write(request);
    await once(socket, 'readable');
    socket.write('nonsense\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    const answer = Buffer.concat(chunks);
    const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
    expect(body.equals(blob.subarray(0, body.byteLength))).toBe(true);
  });

  it('is sent after the earlier responses, also for an unsupported expectation', async () => {
    const repository = registry().newRepository();
    const blob = uniqueBytes(8 * 1024 * 1024);
    const digest = await registry().pushBlob(repository, blob);
    const socket = connect(registry().port, '127.0.0.1');
    socket.on('error', () => undefined);
    const chunks: Buffer[] = [];
    socket.write(`GET /v2/${repository}/blobs/${digest} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await once(socket, 'readable');
    socket.write('GET /v2/ HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    const answer = Buffer.concat(chunks);
    const begin = answer.indexOf('\r\n\r\n') + 4;
    expect(answer.subarray(begin, begin + blob.byteLength).equals(blob)).toBe(true);
    expect(answer.subarray(begin + blob.byteLength).toString()).toMatch(/^HTTP\/1\.1 417 /);
  });

  it('reaches a client that expects 100-continue before it sends its body', async () => {
    const repository = registry().newRepository();
    const expecting = (length: number) =>
      `PUT /v2/${repository}/manifests/it HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
      `Expect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
    expect(await raw(registry(), expecting(99_000_000))).toMatch(/^HTTP\/1\.1 413 /);
    expect(await raw(registry(), `${expecting(2)}{}`)).toMatch(
      /^HTTP\/1\.1 100 .*HTTP\/1\.1 400 /s,
    );
  });

  it('does not change the order of the responses to pipelined requests', async () => {
    const repository = registry().newRepository();
    const digests: string[] = [];
    for (let size = 1; size <= 20; size++)
      digests.push(await registry().pushBlob(repository, uniqueBytes(size)));
    const requests = digests.map(
      (digest) => `GET /v2/${repository}/blobs/${digest} HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    const last = 'GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    const answer = await raw(registry(), requests.join('') + last);
    const order = [...answer.matchAll(/Docker-Content-Digest: (\S+)/g)].map(([, digest]) => digest);
    expect(order).toEqual(digests);
  });

  it('ends an upload whose body is cut, but keeps the received bytes', async () => {
    const repository = registry().newRepository();
    const location = await registry().beginUpload(repository);
    const socket = connect(registry().port, '127.0.0.1');
    socket.write(
      `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n${'a'.repeat(400)}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    const rest = Buffer.from('a'.repeat(600));
    await registry().http.patch(location).set('Content-Range', '400-999').send(rest).expect(202);
    await registry()
      .http.put(`${location}?digest=${Digest.of(Buffer.from('a'.repeat(1_000)))}`)
      .expect(201);
  });
});

describe('an internal failure of the registry', () => {
  class BrokenBlobStore extends BlobStore {
    override stat = broken;
    override open = broken;
    override locate = broken;
    override link = broken;
    override unlink = broken;
    override holders(): never {
      throw new Error('secret /path/of/the/disk');
    }
  }
  let registry: TestRegistry;
  beforeAll(async () => {
    const blobs = new BrokenBlobStore();
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' }, { blobs });
  });
  afterAll(() => registry.stop());

  it('is reported as 500, without its message', async () => {
    const answer = await raw(
      registry,
      `DELETE /v2/team/app/blobs/${DIGEST} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 500 /);
    expect(answer).not.toContain('secret');
    expect(JSON.parse(bodyOf(answer))).toMatchObject(errorBody('UNKNOWN'));
  });

  it('is a plain 500 for a HEAD request', async () => {
    await registry.http.head(`/v2/team/app/blobs/${DIGEST}`).expect(500);
  });

  it('does not affect other requests', async () => {
    await registry.pushBlob('team/app', uniqueBytes(10));
  });
});

function broken(): Promise<never> {
  return Promise.reject(new Error('secret /path/of/the/disk'));
}

/** Sends bytes that no client library would send. Resolves to everything received until the connection closes. */
async function raw(registry: TestRegistry, request: string): Promise<string> {
  const socket = connect(registry.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(request, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf('\r\n\r\n') + 4);
}
