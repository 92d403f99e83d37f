import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { readAll } from '../../../src/storage/contract/fixtures.js';
import { newObjectId } from '../../../src/storage/postgres/objects/object-id.js';
import { type ObjectStore } from '../../../src/storage/postgres/objects/object-store.js';
import { S3Objects } from '../../../src/storage/postgres/s3/s3-objects.js';
import { s3Objects } from './servers/objects-of-test.js';

/** More than the kernel buffers of a connection, so that a reader that stops keeps its connection. */
const LARGE = 24 * 1024 ** 2;

/** How many connections an instance has for reads, and more readers than that. */
const CONNECTIONS = 256;
const SLOW_READERS = 260;

describe('a bucket with many slow readers', () => {
  const id = newObjectId();
  let store: ObjectStore;
  let readers: AsyncIterator<Uint8Array>[];
  let begun: Promise<PromiseSettledResult<unknown>[]>;
  beforeAll(async () => {
    store = (await s3Objects()).open();
    await store.put(id, randomBytes(LARGE));
    readers = Array.from({ length: SLOW_READERS }, () =>
      store.read(id, { start: 0, end: LARGE - 1 }, { forClient: true })[Symbol.asyncIterator](),
    );
    const firsts = readers.map((reader) => reader.next());
    begun = Promise.allSettled(firsts);
    await allConnectionsTaken(firsts);
  });
  afterAll(async () => {
    await store.close();
  });

  it('still takes uploads, and is ready', async () => {
    const [single, large] = [newObjectId(), newObjectId()];
    await store.put(single, randomBytes(1_000));
    const parts = await store.createParts(large);
    const part = await store.putPart(large, parts, 1, randomBytes(1_000));
    await store.completeParts(large, parts, [part]);

    expect(await store.size(single)).toBe(1_000);
    expect(await store.size(large)).toBe(1_000);
    await store.ready();
  });

  it('still gives uploads their own bytes', async () => {
    const [object, bytes] = [newObjectId(), randomBytes(1_000)];
    await store.put(object, bytes);

    const read = await readAll(store.read(object, { start: 0, end: 999 }));

    expect(read.equals(bytes)).toBe(true);
  });

  it('has connections again after the readers have left', async () => {
    // Those that still wait for a connection end when they have got one, or were refused one.
    await Promise.all([begun, ...readers.map((reader) => reader.return?.())]);

    const again = store.read(id, { start: 0, end: 9 }, { forClient: true })[Symbol.asyncIterator]();
    expect((await again.next()).done).toBe(false);
    await again.return?.();
  });
});

describe('a bucket whose server falls silent for a while', () => {
  const IDLE_TIMEOUT = 200;
  let server: Server;
  let store: ObjectStore;
  let completions = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.method === 'POST') {
        completions++;
        return void setTimeout(() => complete(response), 3 * IDLE_TIMEOUT);
      }
      response.writeHead(206, { 'Content-Length': 1_000 }).write(randomBytes(10));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const place = { bucket: 'silent', prefix: '', region: 'us-east-1', pathStyle: true };
    store = new S3Objects({ ...place, endpoint, idleTimeout: IDLE_TIMEOUT });
  });
  afterAll(async () => {
    await store.close();
    server.closeAllConnections();
    server.close();
  });

  it('ends a read in the middle of its bytes, as unavailable', async () => {
    await expect(readAll(store.read(newObjectId(), { start: 0, end: 999 }))).rejects.toMatchObject({
      kind: 'storage-gone',
    });
  });

  it('is given the time to complete a large object', async () => {
    await store.completeParts(newObjectId(), 'parts', [{ number: 1, etag: '"one"' }]);

    expect(completions).toBe(1);
  });
});

/** Answers as a store that has put an object together. */
function complete(response: ServerResponse): void {
  response.setHeader('Content-Type', 'application/xml');
  response.end(
    '<?xml version="1.0"?><CompleteMultipartUploadResult><ETag>"all"</ETag></CompleteMultipartUploadResult>',
  );
}

describe('a bucket that does not exist', () => {
  it('is not ready, and says so', async () => {
    const endpoint = process.env['SCALE_S3'] ?? '';
    const place = { bucket: 'no-such-bucket', prefix: '', region: 'us-east-1', pathStyle: true };
    const store = new S3Objects({ ...place, endpoint });
    try {
      await expect(store.ready()).rejects.toThrow('the bucket no-such-bucket does not exist');
    } finally {
      await store.close();
    }
  });
});

function allConnectionsTaken(reads: readonly Promise<unknown>[]): Promise<void> {
  return new Promise((resolve) => {
    let taken = 0;
    const take = () => {
      if (++taken === CONNECTIONS) resolve();
    };
    for (const read of reads) read.then(take, () => undefined);
  });
}
