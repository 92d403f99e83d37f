import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RegistryClient } from '../../../src/client/registry-client.js';
import { Digest } from '../../../src/domain/digest.js';
import { digestOf } from '../../support/upstreams/client.js';
import { until } from '../../support/until.js';
import { type FakeHub } from '../../support/upstreams/fake-hub.js';
import { ALPINE, BLOB, openHub, pathsOf } from './hub-bench.js';

const DIGEST = Digest.of(BLOB);
const SECOND_HALF = Digest.of(BLOB.subarray(150_000));

let hub: FakeHub;
let client: RegistryClient;
afterEach(async () => {
  await client.close();
  await hub.stop();
});

describe('a blob of Docker Hub', () => {
  beforeEach(async () => {
    ({ hub, client } = await openHub({}, { patience: { idleMs: 1_000, answerMs: 1_500 } }));
  });

  it('comes from the CDN, which gets no Authorization', async () => {
    const blob = await client.blob(ALPINE, DIGEST, 0);

    expect(blob).toMatchObject({ size: BLOB.byteLength, offset: 0 });
    expect(await digestOf(blob)).toEqual(DIGEST);
    expect(hub.requests('cdn').map(({ authorization }) => authorization)).toEqual([undefined]);
    expect(hub.requests('registry').at(-1)?.authorization).toMatch(/^Bearer /);
  });

  it('is asked for uncompressed', async () => {
    await digestOf(await client.blob(ALPINE, DIGEST, 0));

    const [request] = hub.requests('cdn');
    expect(request?.headers).toMatchObject({
      'accept-encoding': 'identity',
      'user-agent': 'berth/test',
    });
  });

  it('is resumed from any byte by a new URL', async () => {
    hub.fail('cdn', 'reset-at-half', 1);
    const blob = await client.blob(ALPINE, DIGEST, 0);
    await expect(digestOf(blob)).rejects.toThrow(
      `upstream.test did not send the blob library/alpine@${DIGEST}: it ended the connection`,
    );

    const rest = await client.blob(ALPINE, DIGEST, 150_000);

    expect(rest).toMatchObject({ offset: 150_000, size: BLOB.byteLength });
    expect(await digestOf(rest)).toEqual(SECOND_HALF);
    expect(hub.requests('cdn').map(({ status }) => status)).toEqual([200, 206]);
    expect(new Set(hub.requests('cdn').map(({ path }) => path)).size).toBe(2);
  });

  it('begins at its first byte if the CDN ignores ranges', async () => {
    hub.fail('cdn', 'without-ranges');

    const blob = await client.blob(ALPINE, DIGEST, 150_000);

    expect(blob?.offset).toBe(0);
    expect(await digestOf(blob)).toEqual(DIGEST);
  });

  it('fails if the CDN stops sending', async () => {
    hub.fail('cdn', 'hang-at-half');
    const blob = await client.blob(ALPINE, DIGEST, 0);

    await expect(digestOf(blob)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('it stopped sending'),
    });
  });

  it('may be read more slowly than the CDN may pause', async () => {
    const blob = await client.blob(ALPINE, DIGEST, 0);
    await setTimeout(2_500);

    expect(await digestOf(blob)).toEqual(DIGEST);
  });

  it.each([
    ['before it has begun to read', 0],
    ['in the middle', 1],
  ])('ends its connection if the caller leaves %s', async (_, chunks) => {
    hub.fail('cdn', 'hang-at-half');
    const blob = await client.blob(ALPINE, DIGEST, 0);
    const body = blob?.body[Symbol.asyncIterator]();
    if (chunks > 0) await body?.next();
    expect(hub.openConnections('cdn')).toBe(1);

    await body?.return?.();

    await until(() => hub.openConnections('cdn') === 0);
  });

  it('ends when its signal says so', async () => {
    const ending = new AbortController();
    const blob = await client.blob(ALPINE, DIGEST, 0, ending.signal);
    const reason = new Error('nobody reads it');
    ending.abort(reason);

    await expect(digestOf(blob)).rejects.toBe(reason);
    await expect(client.blob(ALPINE, DIGEST, 0, ending.signal)).rejects.toBe(reason);
  });

  it('is unavailable when the signature of its URL is refused', async () => {
    hub.fail('cdn', { status: 403 });

    await expect(client.blob(ALPINE, DIGEST, 0)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(
        /127\.0\.0\.1:\d+, to which it redirects, responded with 403$/,
      ),
    });
  });

  it('has a size that a HEAD tells', async () => {
    expect(await client.statBlob(ALPINE, DIGEST)).toEqual({ size: BLOB.byteLength });
    expect(pathsOf(hub, 'cdn')).toEqual([`HEAD /${DIGEST}`]);
  });

  it('has a size also if the URL is signed for GET alone', async () => {
    hub.fail('cdn', { status: 403 }, 1);

    expect(await client.statBlob(ALPINE, DIGEST)).toEqual({ size: BLOB.byteLength });
  });
});
