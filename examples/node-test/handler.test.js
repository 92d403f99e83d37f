import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';

import { createTestRegistry, image } from 'berth-registry/testing';
import express from 'express';
import Fastify from 'fastify';

let registry;
before(async () => {
  registry = await createTestRegistry();
});
beforeEach(() => registry.reset());
after(() => registry.close());

test('the handler works in a server of node:http', async () => {
  const server = createServer(registry.handler);

  await takesPushes(await listening(server));

  server.close();
});

test('the handler works in Express, beside its own routes', async () => {
  const app = express();
  app.use('/v2', registry.handler);
  app.use(express.json());
  app.get('/hello', (_request, response) => response.send('hello'));

  const server = createServer(app);
  const url = await listening(server);
  await takesPushes(url);
  assert.equal(await (await fetch(`${url}/hello`)).text(), 'hello');

  server.close();
});

test('the handler works in Fastify, beside its own routes', async () => {
  const app = Fastify();
  // Runs before Fastify reads the body, because the registry needs the unparsed bytes.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.url.startsWith('/v2/')) return done();
    reply.hijack();
    registry.handler(request.raw, reply.raw);
  });
  app.get('/hello', () => 'hello');

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  await takesPushes(url);
  assert.equal(await (await fetch(`${url}/hello`)).text(), 'hello');

  await app.close();
});

async function listening(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${server.address().port}`;
}

async function takesPushes(url) {
  const { config, layers, bytes, descriptor } = image();
  for (const blob of [config, ...layers]) {
    const upload = `${url}/v2/team/app/blobs/uploads/?digest=${blob.digest}`;
    const pushed = await fetch(upload, { method: 'POST', body: blob.bytes });
    assert.equal(pushed.status, 201);
  }
  const pushed = await fetch(`${url}/v2/team/app/manifests/1.0`, {
    method: 'PUT',
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
  });
  assert.equal(pushed.status, 201);
  assert.deepEqual(await registry.pull('team/app:1.0'), image());
}
