import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';

import { expect, it } from '@jest/globals';

import { startServer } from '../../support/server-process.js';
import { withDirectory } from './storage-directory.js';

const GIB = 1024 ** 3;
const SIZE = 5 * GIB;
const CHUNK = Buffer.alloc(1024 * 1024);
/** The allowed growth: the buffers of one transfer, and garbage that V8 has not collected. */
const FLAT_BYTES = 100 * 1024 * 1024;

it('a layer of 5 GiB is pushed and pulled with constant memory', async () => {
  await withDirectory(async (storagePath) => {
    const server = await startServer({ driver: 'filesystem', storagePath });
    try {
      const before = await residentBytes(server.pid);
      const digest = await digestOfLayer();
      const location = `${server.url}${await beginUpload(server.url)}?digest=${digest}`;
      const pushed = await send('PUT', location, layer());
      expect(pushed.status).toBe(201);
      const pulled = await send('GET', `${server.url}/v2/large/layer/blobs/${digest}`);
      expect(pulled).toEqual({ status: 200, bytes: SIZE, digest });
      const after = await peakResidentBytes(server.pid);
      process.stdout.write(
        `memory: ${inMiB(before)} MiB at rest, ${inMiB(after)} MiB at the peak of a 5 GiB push and pull\n`,
      );
      expect(after - before).toBeLessThan(FLAT_BYTES);
    } finally {
      await server.stop();
    }
  });
});

/** Yields bytes without zeros that a file system could leave out, and without repeated pieces. */
function* layer(): Iterable<Buffer> {
  for (let offset = 0; offset < SIZE; offset += CHUNK.byteLength) {
    const chunk = Buffer.from(CHUNK);
    chunk.writeBigUInt64LE(BigInt(offset), 0);
    yield chunk;
  }
}

async function digestOfLayer(): Promise<string> {
  const hash = createHash('sha256');
  for (const chunk of layer()) hash.update(chunk);
  return Promise.resolve(`sha256:${hash.digest('hex')}`);
}

async function beginUpload(url: string): Promise<string> {
  const response = await fetch(`${url}/v2/large/layer/blobs/uploads/`, { method: 'POST' });
  return String(response.headers.get('location'));
}

interface Answer {
  readonly status: number | undefined;
  readonly bytes: number;
  readonly digest: string;
}

function send(method: string, url: string, body: Iterable<Buffer> = []): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method }, (response) => {
      const hash = createHash('sha256');
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        hash.update(chunk);
        bytes += chunk.byteLength;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, bytes, digest: `sha256:${hash.digest('hex')}` });
      });
    });
    outgoing.on('error', reject);
    void write(outgoing, body).then(() => outgoing.end(), reject);
  });
}

async function write(outgoing: ReturnType<typeof request>, body: Iterable<Buffer>): Promise<void> {
  for (const chunk of body) {
    if (!outgoing.write(chunk)) await new Promise((resolve) => outgoing.once('drain', resolve));
  }
}

/** Returns VmRSS and VmHWM of a process. Linux only, like the rest of this suite. */
async function residentBytes(pid: number): Promise<number> {
  return statusBytes(pid, 'VmRSS');
}

async function peakResidentBytes(pid: number): Promise<number> {
  return statusBytes(pid, 'VmHWM');
}

async function statusBytes(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc has no ${field}`);
  return Number(kib) * 1024;
}

function inMiB(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
