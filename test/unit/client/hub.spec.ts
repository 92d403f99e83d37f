import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type ClientOptions, type UpstreamResponse } from '../../../src/client/upstream.js';
import { Digest } from '../../../src/domain/digest.js';
import { parseTagName } from '../../../src/domain/reference.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { clientOptions, digestOf, upstreamAt } from '../../support/upstreams/client.js';
import { until } from '../../support/until.js';
import { FakeHub, type HubOptions } from '../../support/upstreams/fake-hub.js';

const ALPINE = 'library/alpine';
const LATEST = parseTagName('latest');
const BLOB = uniqueBytes(300_000);
const IMAGE = buildImage([BLOB]);
const DIGEST = Digest.of(BLOB);
const SECOND_HALF = Digest.of(BLOB.subarray(150_000));

let hub: FakeHub;
let client: RegistryClient;
afterEach(async () => {
  await client.close();
  await hub.stop();
});

async function open(
  options: HubOptions = {},
  ofClient: Partial<ClientOptions> = {},
): Promise<void> {
  hub = await FakeHub.start(options);
  hub.content.add(ALPINE, IMAGE, 'latest');
  client = openRegistryClient(upstreamAt(hub.url), clientOptions(ofClient));
}

const paths = (part: 'registry' | 'tokens' | 'cdn'): string[] =>
  hub.requests(part).map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);

describe('a client of Docker Hub', () => {
  beforeEach(() => open({ pullsAllowed: 3 }));

  it('asks for a tag by HEAD, which is no pull', async () => {
    expect(await client.stat(ALPINE, LATEST)).toMatchObject({ digest: IMAGE.digest });

    expect(hub.pulls).toBe(0);
  });

  it('sends the same list of types with every manifest, so that digests do not depend on it', async () => {
    await client.stat(ALPINE, LATEST);
    await client.manifest(ALPINE, IMAGE.digest);

    const accepted = hub.requests('registry').map(({ headers }) => headers.accept);
    expect(new Set(accepted).size).toBe(1);
    expect(accepted[0]).toContain('application/vnd.oci.image.index.v1+json');
    expect(accepted[0]).toContain('application/vnd.docker.distribution.manifest.v2+json');
  });

  it('fetches one token for a repository, also if many ask at once', async () => {
    const questions = Array.from({ length: 10 }, () => client.stat(ALPINE, LATEST));
    await Promise.all(questions);
    await client.manifest(ALPINE, LATEST);

    expect(paths('tokens')).toEqual(['GET /token']);
  });

  it('fetches a token for each repository, without another challenge', async () => {
    hub.content.add('library/busybox', IMAGE, 'latest');
    await client.stat(ALPINE, LATEST);
    hub.forgetRequests();

    await client.stat('library/busybox', LATEST);

    const [token] = hub.requests('tokens');
    expect(new URL(token?.path ?? '', hub.url).searchParams.getAll('scope')).toEqual([
      'repository:library/busybox:pull',
    ]);
    expect(hub.requests('registry').map(({ status }) => status)).toEqual([200]);
  });

  it('replaces a token that the registry no longer accepts', async () => {
    await client.stat(ALPINE, LATEST);
    hub.revokeTokens();

    expect(await client.stat(ALPINE, LATEST)).toMatchObject({ digest: IMAGE.digest });
    expect(paths('tokens')).toHaveLength(2);
  });

  it('takes a repository that Hub does not show for one that does not exist', async () => {
    expect(await client.stat('library/none', LATEST)).toBeUndefined();
    expect(await client.blob('library/none', DIGEST, 0)).toBeUndefined();
  });

  it('reports how many pulls are left', async () => {
    const seen: UpstreamResponse[] = [];
    await client.close();
    const options = clientOptions({ observe: (response) => seen.push(response) });
    client = openRegistryClient(upstreamAt(hub.url), options);

    await client.manifest(ALPINE, LATEST);

    expect(seen).toEqual([
      { method: 'GET', status: 401 },
      { method: 'GET', status: 200 },
      { method: 'GET', status: 200, pullsLeft: 2 },
    ]);
  });

  it('says when it may ask again after the limit of pulls', async () => {
    for (let pull = 0; pull < 3; pull++) await client.manifest(ALPINE, LATEST);

    await expect(client.manifest(ALPINE, LATEST)).rejects.toMatchObject({
      kind: 'limited',
      retryAfterMs: 30_000,
      message: 'upstream.test did not send the manifest library/alpine:latest: it limits requests',
    });
    expect(await client.stat(ALPINE, LATEST)).toBeDefined();
  });

  it('takes a limit of the token service for a limit of the registry', async () => {
    hub.fail('tokens', { status: 429, headers: { 'retry-after': '5' } });

    await expect(client.stat(ALPINE, LATEST)).rejects.toMatchObject({
      kind: 'limited',
      retryAfterMs: 5_000,
    });
  });

  it('reads tags page by page', async () => {
    for (const tag of ['3.1', '3.2']) hub.content.add(ALPINE, IMAGE, tag);

    expect(await client.tags(ALPINE, '?n=2')).toEqual({ tags: ['3.1', '3.2'], next: '3.2' });
    expect(await client.tags(ALPINE, '3.2')).toEqual({ tags: ['latest'] });
  });
});

describe('a token of Docker Hub', () => {
  it('is renewed after four fifths of its time', async () => {
    await open({ tokenSeconds: 1 });
    await client.stat(ALPINE, LATEST);
    await setTimeout(850);

    await client.stat(ALPINE, LATEST);

    expect(paths('tokens')).toHaveLength(2);
    // The registry never saw an expired one.
    expect(hub.requests('registry').map(({ status }) => status)).toEqual([401, 200, 200]);
  });
});

describe('a blob of Docker Hub', () => {
  beforeEach(() => open({}, { patience: { idleMs: 1_000, answerMs: 1_500 } }));

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
    expect(paths('cdn')).toEqual([`HEAD /${DIGEST}`]);
  });

  it('has a size also if the URL is signed for GET alone', async () => {
    hub.fail('cdn', { status: 403 }, 1);

    expect(await client.statBlob(ALPINE, DIGEST)).toEqual({ size: BLOB.byteLength });
  });
});

describe('a registry that fails', () => {
  beforeEach(() => open({}, { patience: { answerMs: 1_000, tokenMs: 500, connectMs: 500 } }));

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
