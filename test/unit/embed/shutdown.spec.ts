import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { RegistryModule } from '../../../src/embed/registry.module.js';
import { Digest } from '../../../src/domain/digest.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { Storage } from '../../../src/storage/ports/storage.js';
import {
  pause,
  pushBlob,
  readBlob,
  repo,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { Host, hosted } from './host.js';

const BLOB = uniqueBytes(1_000);

/** Returns the connection of a push whose headers and first half were sent. */
async function halfAPush(port: number, path = '/v2'): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST ${path}/team/app/blobs/uploads/?digest=${Digest.of(BLOB)} HTTP/1.1\r\nHost: registry.test\r\n` +
      `Content-Type: application/octet-stream\r\nContent-Length: ${BLOB.byteLength}\r\n\r\n`,
  );
  socket.write(BLOB.subarray(0, 500));
  await pause(50);
  return socket;
}

/** Returns all bytes until the connection ends, in any way. */
async function answerOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  if (!socket.closed) await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

describe('a host that closes', () => {
  let host: Host | undefined;
  afterEach(() => host?.close());

  it('finishes a push in progress', async () => {
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    host = await Host.with({ storage });
    const socket = await halfAPush(await host.listen());

    const closed = host.close();
    await pause(100);
    const answer = answerOn(socket);
    socket.write(BLOB.subarray(500));

    expect(await answer).toMatch(/^HTTP\/1.1 201 .*Connection: close/s);
    await closed;
    expect(await readBlob(storage, repo('team/app'), Digest.of(BLOB))).toEqual(BLOB);
  });

  it('ends the connection of a pull after its response', async () => {
    const storage = createMemoryStorage({ maxBytes: 16 * 1024 ** 2 });
    // More bytes than a connection buffers for a client that does not read.
    const large = Buffer.alloc(8 * 1024 ** 2, 'x');
    host = await Host.with({ storage });
    host.server.keepAliveTimeout = 60_000;
    await pushBlob(storage, repo('team/app'), large);
    const socket = connect(await host.listen(), '127.0.0.1');
    socket.write(`GET /v2/team/app/blobs/${Digest.of(large)} HTTP/1.1\r\nHost: host\r\n\r\n`);
    await once(socket, 'readable');

    const closed = host.close();
    await pause(50);
    const answer = await answerOn(socket);

    expect(answer.endsWith('x'.repeat(100))).toBe(true);
    await closed;
  });

  it('does not wait for pipelined requests that it never handles', async () => {
    host = await Host.with({ settings: { REGISTRY_SHUTDOWN_TIMEOUT: '60s' } });
    const socket = await halfAPush(await host.listen());
    socket.write(BLOB.subarray(500));
    socket.write('GET /v2/ HTTP/1.1\r\nHost: registry.test\r\n\r\n'.repeat(5));
    const answer = answerOn(socket);
    socket.resetAndDestroy();

    await answer;
    await host.close();
  });

  it('cuts a request that takes too long', async () => {
    host = await Host.with({ settings: { REGISTRY_SHUTDOWN_TIMEOUT: '200ms' } });
    const socket = await halfAPush(await host.listen());
    const answer = answerOn(socket);

    await host.close();

    expect(await answer).toBe('');
  });

  it('closes a storage that the registry has opened', async () => {
    host = await Host.with();
    let closed = 0;
    Object.assign(host.app.get(Storage, { strict: false }), {
      close: async () => {
        closed++;
      },
    });

    await host.close();

    expect(closed).toBe(1);
  });

  it('gets its server back unchanged', async () => {
    host = await Host.of([
      RegistryModule.forRoot(hosted()),
      RegistryModule.forRoot(hosted({ path: '/images' })),
    ]);
    const { server } = host;
    const events = ['request', 'checkContinue', 'checkExpectation'];
    const listeners = () => events.map((event) => server.listenerCount(event));
    expect(listeners()).toEqual([1, 1, 1]);

    await host.close();

    expect(listeners()).toEqual([1, 0, 0]);
    expect(Reflect.get(server, 'emit')).toBe(Reflect.get(EventEmitter.prototype, 'emit'));
  });
});

describe('the timeouts of a host’s server', () => {
  let host: Host;
  afterEach(() => host.close());

  it('do not end a push that takes longer than the requestTimeout', async () => {
    host = await Host.with();
    const { server } = host;
    server.requestTimeout = 100;
    server.headersTimeout = 100;
    Object.assign(server, { connectionsCheckingInterval: 50 });
    const port = await host.listen();
    const pushing = await halfAPush(port);
    const stalling = connect(port, '127.0.0.1');
    stalling.write('GET /things HTTP/1.1\r\nHost: host\r\n');
    const others = answerOn(stalling);

    await pause(400);
    pushing.write(BLOB.subarray(500));
    const [pushed] = (await once(pushing, 'data')) as [Buffer];
    pushing.end();

    expect(pushed.toString()).toMatch(/^HTTP\/1.1 201 /);
    expect(await others).toMatch(/^HTTP\/1.1 408 /);
  });

  it('do not apply to the registry, which has its own idle timeout', async () => {
    host = await Host.with({ settings: { REGISTRY_IDLE_TIMEOUT: '1s' } });
    const port = await host.listen();
    const pushing = await halfAPush(port);
    const kept = connect(port, '127.0.0.1');
    kept.write('GET /things HTTP/1.1\r\nHost: host\r\n\r\n');
    let ended = false;
    kept.once('close', () => (ended = true)).resume();

    const begin = performance.now();
    await answerOn(pushing);

    expect(performance.now() - begin).toBeGreaterThan(800);
    expect(performance.now() - begin).toBeLessThan(2_500);
    expect(ended).toBe(false);
    kept.destroy();
  });

  it('end an idle connection, also after a pull', async () => {
    host = await Host.with();
    Object.assign(host.server, { keepAliveTimeout: 100, keepAliveTimeoutBuffer: 0 });
    const socket = connect(await host.listen(), '127.0.0.1');

    socket.write('GET /v2/ HTTP/1.1\r\nHost: host\r\n\r\n');

    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 200 /);
  });

  it('apply again to the next request of a connection', async () => {
    host = await Host.with({ settings: { REGISTRY_IDLE_TIMEOUT: '1s' } });
    const port = await host.listen();
    const timeouts: number[] = [];
    host.server.prependListener('request', ({ socket, url }: { socket: Socket; url: string }) => {
      if (url === '/things') timeouts.push(socket.timeout ?? 0);
    });
    const socket = connect(port, '127.0.0.1');
    for (const path of ['/things', '/v2/', '/things']) {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: host\r\n\r\n`);
      await once(socket, 'data');
      await pause(20);
    }
    socket.destroy();

    expect(timeouts).toEqual([0, 0]);
  });
});
