import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { expect, it } from '@jest/globals';

import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { describeRegistry } from '../support/registry.js';

const PING = 'GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n';
const LAST = 'GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

describeRegistry('pipelined requests', (registry) => {
  const open = (): Socket => connect(registry().port, '127.0.0.1').on('error', () => undefined);

  it('are all handled when 40 are sent at once', async () => {
    expect(statuses(await exchange(open(), PING.repeat(40) + LAST))).toEqual(
      new Array(41).fill('200'),
    );
  });

  it('close the connection when more than 50 wait', async () => {
    const answer = await exchange(open(), PING.repeat(1_000));
    expect(statuses(answer).length).toBeLessThan(50);
  });

  it('are read with their bodies when it is their turn', async () => {
    const location = await registry().beginUpload(registry().newRepository());
    const chunk = uniqueBytes(3 * 1024 * 1024).toString('latin1');
    const patch = `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: ${chunk.length}\r\n\r\n`;
    const answer = await exchange(open(), PING + patch + chunk + PING + LAST);
    expect(statuses(answer)).toEqual(['200', '202', '200', '200']);
  });
});

async function exchange(socket: Socket, bytes: string): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

function statuses(answer: string): string[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status);
}
