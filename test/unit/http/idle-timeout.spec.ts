import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';

import { suspendIdleTimeoutWhileHandling } from '../../../src/http/server/connection.js';

const IDLE_MS = 100;

let server: Server;
beforeEach(async () => {
  const app = express().use(suspendIdleTimeoutWhileHandling, async (request, response) => {
    if (request.method !== 'DELETE') request.resume();
    await delay(5 * IDLE_MS);
    response.status(202).end();
  });
  server = createServer(app).listen(0, '127.0.0.1');
  server.timeout = IDLE_MS;
  await once(server, 'listening');
});
afterEach(() => void server.close());

function send(method: string, body?: string): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/`, { method, ...(body !== undefined && { body }) });
}

describe('the idle limit of a connection', () => {
  it('does not count the processing of a request without a body', async () => {
    expect((await send('DELETE')).status).toBe(202);
    expect((await send('POST')).status).toBe(202);
  });

  it('does not count the processing of a request whose body was read', async () => {
    expect((await send('PUT', 'content')).status).toBe(202);
  });

  it('counts for a client that does not get a response to a read', async () => {
    await expect(send('GET')).rejects.toThrow();
  });
});
