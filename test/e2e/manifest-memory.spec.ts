import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, expect, it } from '@jest/globals';

import { OCI_INDEX } from '../../src/domain/media-type.js';
import { describeRegistry, errorBody, type TestRegistry } from '../support/registry.js';
import { until } from '../support/until.js';

const KIB = 1024;
const REPOSITORY = 'team/large';
const LARGE = manifestOf(500 * KIB);

describeRegistry(
  'the memory of manifests that are being pushed',
  (registry) => {
    const pushing: Socket[] = [];
    afterEach(() => {
      for (const socket of pushing.splice(0)) socket.destroy();
    });

    /** Begins to push a large manifest, and waits until the registry has received these bytes. */
    const begin = async (bytes: Buffer, length = LARGE.byteLength): Promise<Socket> => {
      const socket = connect(registry().port, '127.0.0.1');
      pushing.push(socket);
      socket.write(`${head('begun')}Content-Length: ${length}\r\n\r\n`);
      socket.write(bytes);
      await once(socket, 'connect');
      if (bytes.byteLength > 0) await until(async () => (await pushLarge(registry())) === 429);
      return socket;
    };

    it('refuses a large manifest when it is full, and accepts small ones', async () => {
      await begin(LARGE.subarray(0, -1));
      const refused = await registry().putManifest(REPOSITORY, 'large', LARGE).expect(429);
      expect(refused.body).toMatchObject(errorBody('TOOMANYREQUESTS'));
      expect(refused.headers['retry-after']).toBe('1');
      await registry()
        .putManifest(REPOSITORY, 'small', manifestOf(60 * KIB))
        .expect(201);
    });

    it('refuses a manifest before its body, when the client waits for 100 Continue', async () => {
      await begin(LARGE.subarray(0, -1));
      const asking = `Expect: 100-continue\r\nContent-Length: ${LARGE.byteLength}\r\n\r\n`;
      expect(await answerTo(registry(), asking)).toMatch(/^HTTP\/1\.1 429 /);
    });

    it('refuses a manifest of unknown length when it is full', async () => {
      await begin(LARGE.subarray(0, -1));
      const chunk = `${LARGE.byteLength.toString(16)}\r\n${LARGE.toString()}\r\n0\r\n\r\n`;
      const answer = await answerTo(registry(), `Transfer-Encoding: chunked\r\n\r\n${chunk}`);
      expect(answer).toMatch(/^HTTP\/1\.1 429 /);
    });

    it('is not used by clients that announce much and send nothing', async () => {
      for (let client = 0; client < 20; client++) await begin(Buffer.alloc(0));
      expect(await pushLarge(registry())).toBe(201);
    });

    it.each([
      ['was stored', LARGE.subarray(-1), '201'],
      ['was refused as invalid', Buffer.from('x'), '400'],
    ])('is released by a manifest that %s', async (_, last, status) => {
      const socket = await begin(LARGE.subarray(0, -1));
      socket.write(last);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toContain(`HTTP/1.1 ${status} `);
      expect(await pushLarge(registry())).toBe(201);
    });

    it('is released when the client disconnects', async () => {
      const socket = await begin(LARGE.subarray(0, -1));
      socket.destroy();
      await until(async () => (await pushLarge(registry())) === 201);
    });

    it('is released when a manifest turns out too large half way', async () => {
      const chunk = `${(600 * KIB).toString(16)}\r\n${'x'.repeat(600 * KIB)}\r\n0\r\n\r\n`;
      const answer = await answerTo(registry(), `Transfer-Encoding: chunked\r\n\r\n${chunk}`);
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(await pushLarge(registry())).toBe(201);
    });
  },
  { REGISTRY_MAX_MANIFEST_BYTES: '512KiB', REGISTRY_MAX_MANIFEST_MEMORY: '1KiB' },
);

function manifestOf(size: number): Buffer {
  const frame = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
  const text = (filling: string) => JSON.stringify({ ...frame, annotations: { filling } });
  return Buffer.from(text('x'.repeat(size - text('').length)));
}

function head(reference: string): string {
  const target = `/v2/${REPOSITORY}/manifests/${reference}`;
  return `PUT ${target} HTTP/1.1\r\nHost: x\r\nContent-Type: ${OCI_INDEX}\r\n`;
}

async function pushLarge(registry: TestRegistry): Promise<number> {
  return (await registry.putManifest(REPOSITORY, 'large', LARGE)).status;
}

/** Resolves to the responses to the rest of a request, until the registry closes the connection. */
async function answerTo(registry: TestRegistry, rest: string): Promise<string> {
  const socket = connect(registry.port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(`${head('other')}Connection: close\r\n${rest}`);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
