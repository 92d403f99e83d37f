import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from '@jest/globals';

import { createRegistry } from '../../../src/embed/create-registry.js';
import { readAll } from '../../../src/storage/contract/fixtures.js';
import { Host, hosted } from './host.js';

const PING = 'GET /v2/ HTTP/1.1\r\nHost: host\r\n\r\n';
const LAST = 'GET /v2/ HTTP/1.1\r\nHost: host\r\nConnection: close\r\n\r\n';

describe('pipelined requests to an embedded registry', () => {
  let close: (() => Promise<void>) | undefined;
  afterEach(() => close?.());

  const inNest = async (): Promise<number> => {
    const host = await Host.with();
    close = () => host.close();
    return host.listen();
  };
  const inHandler = async (): Promise<number> => {
    const registry = await createRegistry(hosted());
    const server = createServer(registry.handler).listen(0, '127.0.0.1');
    await once(server, 'listening');
    close = async () => {
      server.closeAllConnections();
      server.close();
      await registry.close();
    };
    return (server.address() as AddressInfo).port;
  };

  describe.each([
    ['a Nest application', inNest],
    ['a server with its handler', inHandler],
  ])('in %s', (_, start) => {
    it('are all handled when 40 are sent at once', async () => {
      expect(await answersTo(await start(), PING.repeat(40) + LAST)).toBe(41);
    });

    it('close the connection when more than 50 wait', async () => {
      expect(await answersTo(await start(), PING.repeat(1_000))).toBeLessThan(50);
    });
  });
});

/** Returns the number of responses until the server closes the connection. */
async function answersTo(port: number, requests: string): Promise<number> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write(requests);
  const answer = await readAll(socket as AsyncIterable<Uint8Array>).catch(() => Buffer.alloc(0));
  return answer.toString('latin1').split('HTTP/1.1 200 ').length - 1;
}
