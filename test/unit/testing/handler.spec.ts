import { createServer, request as httpRequest, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';

import {
  artifact,
  createTestRegistry,
  image,
  type TestRegistry,
} from '../../../src/exports/testing.js';

let registry: TestRegistry;
beforeEach(async () => {
  registry = await createTestRegistry();
});
afterEach(() => registry.close());

describe('the handler', () => {
  it('works with supertest', async () => {
    await registry.push('team/app:1.0', image());

    const response = await request(registry.handler).get('/v2/team/app/tags/list').expect(200);

    expect(response.body).toEqual({ name: 'team/app', tags: ['1.0'] });
    expect(registry.requests).toMatchObject([{ operation: 'tags.list', status: 200 }]);
  });

  it.each([
    ['http', (registry: TestRegistry) => createServer(registry.handler)],
    [
      'Express, mounted at /v2',
      (registry: TestRegistry) => createServer(express().use('/v2', registry.handler)),
    ],
    [
      'Express, mounted at the root',
      (registry: TestRegistry) => createServer(express().use(registry.handler)),
    ],
  ])('serves a whole push in a server of %s', async (_, serverOf) => {
    const server = serverOf(registry);
    const url = await listen(server);
    try {
      const { config } = image();
      const begun = await fetch(`${url}/v2/team/app/blobs/uploads/`, { method: 'POST' });
      const location = String(begun.headers.get('location'));
      const put = await fetch(`${url}${location}?digest=${config.digest}`, {
        method: 'PUT',
        body: new Uint8Array(config.bytes),
      });

      expect(put.status).toBe(201);
      expect(registry.requests.map(({ operation }) => operation)).toEqual([
        'upload.start',
        'upload.finish',
      ]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  it('handles Expect: 100-continue', async () => {
    registry.fault({ status: 503, times: 1, on: { operation: 'upload.single' } });

    expect(await pushAfterContinue(registry)).toEqual({ status: 503, continued: false });
    expect(await pushAfterContinue(registry)).toEqual({ status: 201, continued: true });
  });

  it('ends the connection when the registry is closed', async () => {
    await registry.close();

    await expect(request(registry.handler).get('/v2/')).rejects.toThrow();
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pushAfterContinue(registry: TestRegistry): Promise<object> {
  const { config } = artifact({ type: 'application/x' });
  return new Promise((resolve, reject) => {
    let continued = false;
    const outgoing = httpRequest(
      `${registry.url}/v2/team/app/blobs/uploads/?digest=${config.digest}`,
      { method: 'POST', headers: { Expect: '100-continue', 'Content-Length': config.size } },
    );
    outgoing.on('continue', () => {
      continued = true;
      outgoing.end(config.bytes);
    });
    outgoing.on('response', (response) => {
      response.resume();
      resolve({ status: response.statusCode, continued });
    });
    outgoing.on('error', reject);
    outgoing.flushHeaders();
  });
}
