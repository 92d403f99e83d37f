import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';

import { sendLines } from '../../../src/http/api/send-lines.js';

const IDLE_MS = 100;

/** More than the buffers of a connection hold. */
const MANY = 20_000;

let server: Server;
let items: () => AsyncIterable<object>;
let ended: Promise<void>;
let answer: express.Response;
beforeEach(async () => {
  const app = express().use((request, response) => {
    answer = response;
    ended = sendLines(request, response, items(), (item) => item);
    return ended;
  });
  server = createServer(app).listen(0, '127.0.0.1');
  server.timeout = IDLE_MS;
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function url(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('lines of JSON', () => {
  it('may take longer to find than the idle limit of the connection', async () => {
    items = async function* () {
      await delay(3 * IDLE_MS);
      yield { at: 1 };
      await delay(3 * IDLE_MS);
      yield { at: 2 };
    };
    const response = await fetch(url());
    expect(await response.text()).toBe('{"at":1}\n{"at":2}\n');
  });

  it('leave no listeners behind when the client reads slowly', async () => {
    let most = 0;
    items = async function* () {
      for (let at = 0; at < MANY; at++) {
        most = Math.max(most, answer.listenerCount('close'), answer.listenerCount('error'));
        yield await Promise.resolve({ text: 'x'.repeat(1_000) });
      }
    };
    const response = await fetch(url());
    expect((await response.text()).split('\n')).toHaveLength(MANY + 1);
    expect(most).toBeLessThan(10);
  });

  it('are cut for a client that does not read them within the idle limit', async () => {
    let sent = 0;
    items = async function* () {
      for (; sent < MANY; sent++) yield await Promise.resolve({ text: 'x'.repeat(1_000) });
    };
    const request = get(url());
    request.once('error', () => undefined);
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    response.pause();
    await ended;
    expect(sent).toBeLessThan(MANY);
    request.destroy();
  });
});
