import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { BodyMemory } from '../../../src/domain/body-memory.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type SeenServer } from '../../support/upstreams/seen-server.js';
import { IMAGE, LATEST, MANIFEST_TYPE, useOddRegistries } from './odd-registry.js';

const MIB = 1024 ** 2;
const { clientOf, clientOfServer, serveBy } = useOddRegistries();

/** Resolves when a server has no open connection. */
async function unconnected(server: SeenServer): Promise<void> {
  for (let tries = 0; server.openConnections > 0; tries++) {
    expect(tries).toBeLessThan(200);
    await delay(10);
  }
}

describe('the memory for answers of other registries', () => {
  it('is taken by received bytes, also over several registries, and given back', async () => {
    const memory = new BodyMemory(3 * MIB);
    const half = Buffer.alloc(2 * MIB, ' ');
    let goOn = (): void => undefined;
    const going = new Promise<void>((resolve) => (goOn = resolve));
    const slow = () =>
      serveBy(async (_, response) => {
        response.writeHead(200, { 'content-type': MANIFEST_TYPE }).write(half);
        await going;
        response.end();
      });
    const servers = [await slow(), await slow()];
    const clients = servers.map(({ url }) => clientOf(url, {}, { memory }));

    const asked = clients.map((client) => client.manifest('app', LATEST));
    const first = await Promise.race(asked.map(kindOf));
    goOn();

    expect(first).toBe('too-many-requests');
    // The other one is not a manifest.
    expect((await Promise.all(asked.map(kindOf))).sort()).toEqual(['too-many-requests', 'wrong']);
    memory.requireRoom(3 * MIB);
  });

  it('is not taken by small manifests', async () => {
    const server = await serveBy((_, response) => {
      response.writeHead(200, { 'content-type': MANIFEST_TYPE }).end(IMAGE.bytes);
    });
    const client = clientOf(server.url, {}, { memory: new BodyMemory(0) });

    expect(await client.manifest('app', LATEST)).toBeDefined();
  });
});

/** Resolves to the kind of the failure of a question. */
async function kindOf(question: Promise<unknown>): Promise<string> {
  return question.then(
    () => 'none',
    (error: unknown) => (error as { kind: string }).kind,
  );
}

describe('a manifest with more entries than are allowed', () => {
  it.each(['layers', 'manifests'])('is refused for its %s', async (list) => {
    const json = { schemaVersion: 2, mediaType: MANIFEST_TYPE, [list]: Array(11).fill({}) };
    const server = await serveBy((_, response) => {
      response.writeHead(200, { 'content-type': MANIFEST_TYPE }).end(JSON.stringify(json));
    });
    const client = clientOf(server.url, {}, { maxManifestEntries: 10 });

    await expect(client.manifest('app', LATEST)).rejects.toMatchObject({
      kind: 'wrong',
      message:
        'upstream.test did not send the manifest app:latest: it has 11 entries; allowed: 10 (REGISTRY_MAX_MANIFEST_ENTRIES)',
    });
  });
});

describe('a registry that sends a byte now and then', () => {
  const patience = { answerMs: 300, tokenMs: 300, listMs: 300 };

  /** Starts a registry whose bodies never end. With `realm`, it wants a token of the service there. */
  async function startSlow(realm?: (url: string) => string): Promise<SeenServer> {
    const server: SeenServer = await serveBy(async (request, response) => {
      const isChallenge = realm !== undefined && request.url?.startsWith('/token') === false;
      const challenge = `Bearer realm="${realm?.(server.url) ?? ''}"`;
      if (isChallenge) response.writeHead(401, { 'www-authenticate': challenge }).end();
      else response.writeHead(200, { 'content-type': MANIFEST_TYPE });
      while (!response.destroyed && !response.writableEnded) {
        response.write(' ');
        await delay(20);
      }
    });
    return server;
  }

  it.each<[string, (client: RegistryClient) => Promise<unknown>]>([
    ['a manifest', (client) => client.manifest('app', LATEST)],
    ['tags', (client) => client.tags('app')],
    ['referrers', (client) => client.referrers('app', IMAGE.digest)],
  ])('has a limited time for %s, and its connection is ended', async (_, ask) => {
    const server = await startSlow();
    const start = performance.now();

    await expect(ask(clientOf(server.url, {}, { patience }))).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('it did not answer within 0.3 s'),
    });
    expect(performance.now() - start).toBeLessThan(5_000);
    await unconnected(server);
  });

  it('has a limited time for a token, and its connection is ended', async () => {
    const server = await startSlow((url) => `${url}/token`);
    const client = clientOf(server.url, {}, { patience: { ...patience, answerMs: 2_000 } });

    await expect(client.manifest('app', LATEST)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('did not send a token'),
    });
  });

  it('has a limited time for the body of a challenge', async () => {
    const server = await serveBy(async (_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' });
      while (!response.destroyed) {
        response.write(' ');
        await delay(20);
      }
    });

    await expect(
      clientOf(server.url, {}, { patience }).manifest('app', LATEST),
    ).rejects.toBeDefined();
    await unconnected(server);
  });
});

describe('texts of another registry', () => {
  const long = 'x'.repeat(9_000);

  it.each<[string, Record<string, string>]>([
    ['the address of a token service', { 'www-authenticate': `Bearer realm="http:// ${long}"` }],
    [
      'a token service that is elsewhere',
      { 'www-authenticate': `Bearer realm="http://127.0.0.1:1/${long}"` },
    ],
    ['the scope of a token', { 'www-authenticate': `Bearer realm="http://h",scope="${long}"` }],
  ])('are cut in messages: %s', async (_, headers) => {
    const { client } = await clientOfServer(() => [401, headers]);

    const failure: unknown = await client.manifest('app', LATEST).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'RemoteFailure' });
    expect((failure as Error).message.length).toBeLessThan(1_500);
  });

  it('are cut in messages: the address of a redirect', async () => {
    const { client } = await clientOfServer(() => [307, { location: `http://${long}.invalid/` }]);

    const failure = (await client
      .manifest('app', LATEST)
      .catch((error: unknown) => error)) as Error;

    expect(failure.message.length).toBeLessThan(1_500);
  });
});

describe('a challenge whose token service fails', () => {
  it('leaves no connection in use', async () => {
    const server: SeenServer = await serveBy(async (request, response) => {
      if (request.url?.startsWith('/token') === true) return void response.writeHead(500).end();
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${server.url}/token"` });
      // More than the client takes without reading.
      response.write(Buffer.alloc(8 * MIB));
      await once(response, 'close');
    });

    const client = clientOf(server.url);
    for (let question = 0; question < 3; question++) {
      await expect(client.manifest('app', LATEST)).rejects.toThrow('500');
    }

    // The second question for a token may come before the first connection is free.
    for (let tries = 0; server.openConnections > 2; tries++) {
      expect(tries).toBeLessThan(200);
      await delay(10);
    }
  });
});
