import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type FakeHub } from '../../support/upstreams/fake-hub.js';
import { ALPINE, IMAGE, LATEST, openHub } from './hub-bench.js';

let hub: FakeHub;
let client: RegistryClient;
afterEach(async () => {
  await client.close();
  await hub.stop();
});

describe('a registry that fails', () => {
  beforeEach(async () => {
    ({ hub, client } = await openHub(
      {},
      { patience: { answerMs: 1_000, tokenMs: 500, connectMs: 500 } },
    ));
  });

  it.each([
    ['responds with 500', { status: 500 }, 'it responded with 500'],
    ['does not respond', 'hang', 'it did not answer within 1 s'],
    ['ends each connection', 'reset', 'it ended the connection'],
  ] as const)('is unavailable if it %s', async (_, mishap, reason) => {
    await client.stat(ALPINE, LATEST);
    hub.fail('registry', mishap);

    await expect(client.stat(ALPINE, LATEST)).rejects.toMatchObject({
      name: 'RemoteFailure',
      kind: 'unavailable',
      message: `upstream.test did not send the manifest library/alpine:latest: ${reason}`,
    });
  });

  it('is unavailable if it refuses connections, and available once it is back', async () => {
    await hub.stop();
    await expect(client.stat(ALPINE, LATEST)).rejects.toThrow(
      'upstream.test did not send the manifest library/alpine:latest: it refuses connections',
    );

    await hub.restart();
    expect(await client.stat(ALPINE, LATEST)).toBeDefined();
  });

  it('is unavailable if its token service hangs or fails', async () => {
    hub.fail('tokens', 'hang', 1);
    await expect(client.stat(ALPINE, LATEST)).rejects.toThrow(
      /^upstream\.test did not send a token for repository:library\/alpine:pull: it did not answer within 0\.5 s$/,
    );

    hub.fail('tokens', { status: 502 }, 1);
    await expect(client.stat(ALPINE, LATEST)).rejects.toThrow(
      /: the token service http:\/\/127\.0\.0\.1:\d+\/token responded with 502$/,
    );
  });

  it('is asked once more if it has closed a kept connection', async () => {
    await client.stat(ALPINE, LATEST);
    hub.fail('registry', 'reset', 1);

    expect(await client.stat(ALPINE, LATEST)).toBeDefined();
  });

  it('says when to ask again', async () => {
    const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
    hub.fail('registry', { status: 503, headers: { 'retry-after': inTenSeconds } });

    const failure = await client.stat(ALPINE, LATEST).catch((error: unknown) => error);

    expect(failure).toMatchObject({ kind: 'unavailable' });
    const { retryAfterMs = 0 } = failure as { retryAfterMs?: number };
    expect(retryAfterMs).toBeGreaterThan(8_000);
    expect(retryAfterMs).toBeLessThanOrEqual(10_000);
  });

  it.each(['wrong-byte', 'too-short'] as const)(
    'is wrong if a manifest is not what its digest says (%s)',
    async (mishap) => {
      await client.stat(ALPINE, LATEST);
      for (const reference of [LATEST, IMAGE.digest]) {
        hub.fail('registry', mishap, 1);
        await expect(client.manifest(ALPINE, reference)).rejects.toMatchObject({
          kind: 'wrong',
          message: expect.stringContaining(`and not ${IMAGE.digest}`),
        });
      }
    },
  );

  it('is unavailable after the client is closed', async () => {
    await client.close();

    await expect(client.stat(ALPINE, LATEST)).rejects.toMatchObject({
      message: expect.stringContaining('the client is closed'),
    });
  });
});
