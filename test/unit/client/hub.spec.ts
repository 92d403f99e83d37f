import { setTimeout } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { type UpstreamResponse } from '../../../src/client/upstream.js';
import { Digest } from '../../../src/domain/digest.js';
import { clientOptions, upstreamAt } from '../../support/upstreams/client.js';
import { type FakeHub } from '../../support/upstreams/fake-hub.js';
import { ALPINE, BLOB, IMAGE, LATEST, openHub, pathsOf } from './hub-bench.js';

const DIGEST = Digest.of(BLOB);

let hub: FakeHub;
let client: RegistryClient;
afterEach(async () => {
  await client.close();
  await hub.stop();
});

describe('a client of Docker Hub', () => {
  beforeEach(async () => {
    ({ hub, client } = await openHub({ pullsAllowed: 3 }));
  });

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

    expect(pathsOf(hub, 'tokens')).toEqual(['GET /token']);
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
    expect(pathsOf(hub, 'tokens')).toHaveLength(2);
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
      { method: 'GET', status: 200, pullsLeft: 2, pullsAllowed: 3 },
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
    ({ hub, client } = await openHub({ tokenSeconds: 1 }));
    await client.stat(ALPINE, LATEST);
    await setTimeout(850);

    await client.stat(ALPINE, LATEST);

    expect(pathsOf(hub, 'tokens')).toHaveLength(2);
    // The registry never saw an expired one.
    expect(hub.requests('registry').map(({ status }) => status)).toEqual([401, 200, 200]);
  });
});
