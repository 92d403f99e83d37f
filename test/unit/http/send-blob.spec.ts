import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';

import { Digest } from '../../../src/domain/digest.js';
import { sendBlob } from '../../../src/http/oci/send-blob.js';
import { type OpenBlob } from '../../../src/storage/ports/blob-store.js';
import { until } from '../../support/until.js';

const IDLE_MS = 100;
const DIGEST = Digest.of(Buffer.from('blob'));
const MIB = 1024 ** 2;

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** Serves a blob that can be left, on connections with a short idle limit. */
async function serve(blob: OpenBlob): Promise<number> {
  const app = express().use((request, response) => sendBlob(request, response, DIGEST, blob));
  server = createServer(app).listen(0, '127.0.0.1');
  server.timeout = IDLE_MS;
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a blob whose bytes come from elsewhere', () => {
  it('is not cut while its bytes do not come', async () => {
    const port = await serve({
      size: 2,
      async *read() {
        await delay(3 * IDLE_MS);
        yield Buffer.from('a');
        await delay(3 * IDLE_MS);
        yield Buffer.from('b');
        await delay(3 * IDLE_MS);
      },
      leave: () => undefined,
      close: () => Promise.resolve(),
    });

    const response = await fetch(`http://127.0.0.1:${port}/`);

    expect(await response.text()).toBe('ab');
  });

  it('is cut for a client that stops reading', async () => {
    let isClosed = false;
    const port = await serve({
      size: 1_000 * MIB,
      async *read() {
        for (let chunk = 0; chunk < 1_000; chunk++) {
          yield Buffer.alloc(MIB);
          await delay(1);
        }
      },
      leave: () => undefined,
      close: () => Promise.resolve(void (isClosed = true)),
    });
    const client = connect(port, '127.0.0.1').pause();
    client.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: any\r\n\r\n');

    await until(() => isClosed);
    client.destroy();
  });
});
