import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { withDirectory } from './storage-directory.js';

const BASE = '/v2/team/app';

it('two servers on one directory see each other’s changes at once', async () => {
  await withDirectory(async (storagePath) => {
    const [one, two] = await Promise.all(
      [0, 1].map(() => startServer({ driver: 'filesystem', storagePath })),
    );
    if (one === undefined || two === undefined) throw new Error('two servers were to be started');
    try {
      for (let round = 0; round < 25; round++) {
        const [writer, reader] = round % 2 === 0 ? [one, two] : [two, one];
        const blob = randomBytes(2_000);
        const location = await beginUpload(writer);
        const half = blob.subarray(0, 1_000);
        await expectStatus(writer, 'PATCH', location, 202, half);
        // The session continues in the other process, and then in the first.
        await expectStatus(reader, 'PATCH', location, 202, blob.subarray(1_000));
        await expectStatus(writer, 'PUT', `${location}?digest=${Digest.of(blob)}`, 201);
        const pulled = await expectStatus(reader, 'GET', `${BASE}/blobs/${Digest.of(blob)}`, 200);
        expect(Buffer.from(await pulled.arrayBuffer()).equals(blob)).toBe(true);
        const digest = await putIndex(writer, 'moving', `${round}`);
        const head = await expectStatus(reader, 'HEAD', `${BASE}/manifests/moving`, 200);
        expect(head.headers.get('docker-content-digest')).toBe(digest);
        await expectStatus(reader, 'DELETE', `${BASE}/manifests/${digest}`, 202);
        await expectStatus(writer, 'GET', `${BASE}/manifests/moving`, 404);
      }
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
  });
});

it('a server loses nothing that was acknowledged when it is killed in the middle of a chunk', async () => {
  await withDirectory(async (storagePath) => {
    const blob = randomBytes(3_000_000);
    const first = await startServer({ driver: 'filesystem', storagePath });
    const location = await beginUpload(first);
    const acknowledged = 1_000_000;
    await expectStatus(first, 'PATCH', location, 202, blob.subarray(0, acknowledged));
    await sendPartOfChunk(first, location, blob.subarray(acknowledged, 2_000_000));
    await first.kill();

    const second = await startServer({ driver: 'filesystem', storagePath });
    try {
      const status = await expectStatus(second, 'GET', location, 204);
      expect(status.headers.get('range')).toBe(`0-${acknowledged - 1}`);
      const range = { 'Content-Range': `${acknowledged}-${blob.byteLength - 1}` };
      await expectStatus(second, 'PATCH', location, 202, blob.subarray(acknowledged), range);
      await expectStatus(second, 'PUT', `${location}?digest=${Digest.of(blob)}`, 201);
      const pulled = await expectStatus(second, 'GET', `${BASE}/blobs/${Digest.of(blob)}`, 200);
      expect(Buffer.from(await pulled.arrayBuffer()).equals(blob)).toBe(true);
    } finally {
      await second.stop();
    }
  });
});

it('a server keeps the received bytes of a chunk that it cuts on SIGTERM', async () => {
  await withDirectory(async (storagePath) => {
    const environment = { REGISTRY_SHUTDOWN_TIMEOUT: '500ms' };
    const blob = randomBytes(1_000_000);
    const first = await startServer({ driver: 'filesystem', storagePath, environment });
    const location = await beginUpload(first);
    await sendPartOfChunk(first, location, blob.subarray(0, 700_000));
    await first.stop();

    const second = await startServer({ driver: 'filesystem', storagePath });
    try {
      const status = await expectStatus(second, 'GET', location, 204);
      expect(status.headers.get('range')).toBe('0-699999');
      const close = `${location}?digest=${Digest.of(blob)}`;
      await expectStatus(second, 'PUT', close, 201, blob.subarray(700_000));
    } finally {
      await second.stop();
    }
  });
});

it('a server finishes a push in progress on SIGTERM, and accepts no new connection', async () => {
  await withDirectory(async (storagePath) => {
    const server = await startServer({ driver: 'filesystem', storagePath });
    const blob = randomBytes(500_000);
    const location = await beginUpload(server);
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const answer: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => answer.push(chunk));
    socket.write(
      `PUT ${location}?digest=${Digest.of(blob)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${blob.byteLength}\r\n\r\n`,
    );
    socket.write(blob.subarray(0, 200_000));
    await sleep(200);
    const stopped = server.stop();
    await sleep(300);
    await expect(fetch(`${server.url}/v2/`)).rejects.toThrow('fetch failed');
    socket.write(blob.subarray(200_000));
    await stopped;
    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1\.1 201 /);
  });
});

async function expectStatus(
  { url }: ServerProcess,
  method: string,
  path: string,
  status: number,
  body?: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body }) });
  expect({ method, path, status: response.status }).toEqual({ method, path, status });
  return response;
}

async function beginUpload(server: ServerProcess): Promise<string> {
  const response = await expectStatus(server, 'POST', `${BASE}/blobs/uploads/`, 202);
  return String(response.headers.get('location'));
}

async function putIndex(server: ServerProcess, tag: string, nonce: string): Promise<string> {
  const json = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], annotations: { nonce } };
  const bytes = Buffer.from(JSON.stringify(json));
  const headers = { 'Content-Type': OCI_INDEX };
  await expectStatus(server, 'PUT', `${BASE}/manifests/${tag}`, 201, bytes, headers);
  return Digest.of(bytes).toString();
}

/** Begins a chunk, sends part of it, and waits until the server has read some of it. */
async function sendPartOfChunk(
  server: ServerProcess,
  location: string,
  part: Buffer,
): Promise<void> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(
    `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: ${part.byteLength * 2}\r\n\r\n`,
  );
  socket.write(part);
  await sleep(500);
}

it('the health of a server that ends is 503 before it refuses connections', async () => {
  await withDirectory(async (storagePath) => {
    const environment = { REGISTRY_SHUTDOWN_DELAY: '1s' };
    const server = await startServer({ driver: 'filesystem', storagePath, environment });
    await expectStatus(server, 'GET', '/health/ready', 200);

    const stopped = server.stop();
    await sleep(200);

    const answer = await expectStatus(server, 'GET', '/health/ready', 503);
    expect(await answer.json()).toMatchObject({ error: { serving: { status: 'down' } } });
    await expectStatus(server, 'GET', '/v2/', 200);
    await stopped;
    await expect(fetch(`${server.url}/v2/`)).rejects.toThrow('fetch failed');
  });
});
