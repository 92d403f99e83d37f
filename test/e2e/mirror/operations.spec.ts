import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { buildImage, tag, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { Digest } from '../../../src/domain/digest.js';
import { basic, GuardedRegistry } from '../../support/access.js';
import { ApiClient } from '../../support/api.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { TestRegistry } from '../../support/registry.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';

const ALPINE = '/v2/docker.io/library/alpine';

/** What the API shows of a mirror, as far as these tests look at it. */
interface Shown {
  readonly state: string;
  readonly restingSeconds: number;
  readonly lastAnswerAt?: string;
  readonly lastError?: { readonly at: string; readonly message: string };
  readonly limit?: { readonly left: number; readonly limit: number };
  readonly requests: Readonly<Record<string, number>>;
  readonly bytes: Readonly<Record<string, number>>;
}

describe('the mirrors of a registry', () => {
  let mirror: MirrorOfHub;
  let api: ApiClient;
  beforeAll(async () => {
    const keys =
      ", allow: ['library/*', 'acme/*'], deny: ['acme/secret'], pin: ['library/alpine:3.*'], keep: { unused: 30d, bytes: 50GiB }";
    mirror = await MirrorOfHub.start({ hub: { pullsAllowed: 100 }, keys });
    api = new ApiClient(mirror.registry);
  });
  afterEach(() => {
    mirror.hub.recover();
    mirror.hub.forgetRequests();
  });
  afterAll(() => mirror.stop());

  async function shown(): Promise<Shown> {
    const response = await api.get('mirrors');
    const [first] = (response.body as { mirrors: Shown[] }).mirrors;
    if (first === undefined) throw new Error('there is no mirror');
    return first;
  }

  const refresh = (name: string, repository = 'library/alpine') =>
    api.send('post', 'mirrors/docker.io/refresh', { repository, tag: name });

  const get = (name: string) => mirror.registry.http.get(`${ALPINE}/manifests/${name}`);

  /** Points a tag of the upstream to a new image, and returns its digest. */
  function push(name: string, repository = 'library/alpine'): string {
    const image = buildImage([uniqueBytes(100)]);
    mirror.hub.content.add(repository, image, name);
    return `${image.digest}`;
  }

  it('are listed before they are used', async () => {
    expect((await api.get('mirrors')).body).toEqual({
      mirrors: [
        {
          name: 'docker.io',
          url: mirror.hub.url,
          content: 'public',
          state: 'ok',
          restingSeconds: 0,
          downloads: 0,
          requests: {
            ...{ hit: 0, confirmed: 0, fetched: 0, stale: 0, missing: 0, limited: 0, failed: 0 },
          },
          bytes: { cache: 0, upstream: 0 },
          keep: { unusedSeconds: 30 * 86_400, bytes: 50 * 1024 ** 3 },
          pins: ['library/alpine:3.*'],
        },
      ],
    });
  });

  it('show how clients were answered, and what the upstream said of its limit', async () => {
    const layer = uniqueBytes(1_000);
    mirror.hub.content.add('library/alpine', buildImage([layer]), 'counted');
    const blob = `${ALPINE}/blobs/${Digest.of(layer)}`;
    for (let times = 0; times < 2; times++) {
      await get('counted').expect(200);
      await mirror.registry.http.get(blob).expect(200);
    }

    const { requests, bytes, limit, lastAnswerAt } = await shown();

    expect(requests).toMatchObject({ hit: 2, confirmed: 0, fetched: 2, failed: 0 });
    expect(bytes).toEqual({ cache: 1_000, upstream: 1_000 });
    expect(limit).toMatchObject({ left: 99, limit: 100 });
    expect(Date.now() - Date.parse(lastAnswerAt ?? '')).toBeLessThan(60_000);
  });

  it('are named by their repositories', async () => {
    push('named');
    await get('named').expect(200);
    await mirror.registry.pushImage('team/own', '1.0');

    const { repositories } = (await api.get('repositories')).body as { repositories: object[] };

    expect(repositories).toContainEqual(
      expect.objectContaining({ name: 'docker.io/library/alpine', mirror: 'docker.io' }),
    );
    expect(repositories.find((one) => 'name' in one && one.name === 'team/own')).not.toHaveProperty(
      'mirror',
    );
    expect((await api.get('repositories/docker.io%2Flibrary%2Falpine')).body).toMatchObject({
      mirror: 'docker.io',
    });
  });

  it('ask for a tag when an administrator wants it, and say what changed', async () => {
    const first = push('moving');
    const image = { repository: 'library/alpine', tag: 'moving' };

    expect((await refresh('moving')).body).toEqual({ ...image, outcome: 'new', digest: first });
    expect((await refresh('moving', 'alpine')).body).toEqual({
      ...image,
      outcome: 'same',
      digest: first,
    });
    const second = push('moving');
    expect((await refresh('moving')).body).toEqual({
      ...image,
      outcome: 'moved',
      digest: second,
      previous: first,
    });
    const { headers } = await get('moving').expect(200);
    expect(headers['docker-content-digest']).toBe(second);
    mirror.hub.content.removeTag('library/alpine', 'moving');
    expect((await refresh('moving')).body).toEqual({
      ...image,
      outcome: 'gone',
      previous: second,
    });
    await get('moving').expect(404);
  });

  it('store what a refresh finds, so that it spends one pull for a new manifest and none for a known one', async () => {
    push('stored');
    const before = mirror.hub.pulls;
    await refresh('stored');
    await refresh('stored');

    expect(mirror.hub.pulls - before).toBe(1);
    const { tags } = mirror.registry.storage;
    expect(await tags.resolve(repo('docker.io/library/alpine'), tag('stored'))).toBeDefined();
  });

  it('forget at a refresh that a tag did not exist', async () => {
    await get('late').expect(404);
    const digest = push('late');
    await get('late').expect(404);

    expect((await refresh('late')).body).toMatchObject({ outcome: 'new', digest });
    await get('late').expect(200);
  });

  it('do not ask for what the mirrors file does not allow', async () => {
    for (const [repository, code] of [
      ['acme/secret', 'name-unknown'],
      ['other/app', 'name-unknown'],
      ['Library/alpine', 'name-invalid'],
    ] as const) {
      expect((await refresh('1', repository)).body).toMatchObject({ code });
    }
    expect((await refresh('.1')).body).toMatchObject({ status: 400, code: 'tag-invalid' });
    expect(mirror.hub.requests('registry')).toEqual([]);
  });

  it('that do not exist are unknown', async () => {
    const body = { repository: 'library/alpine', tag: '3' };
    const response = await api.send('post', 'mirrors/quay.io/refresh', body);
    expect(response).toMatchObject({ status: 404, body: { code: 'mirror-unknown' } });
  });

  it('rest after a failure, but are asked by a refresh, which can end the rest', async () => {
    push('rested');
    mirror.hub.fail('registry', { status: 429, headers: { 'retry-after': '77' } }, 2);
    await get('rested').expect(429);

    const limited = await refresh('rested');
    expect(limited).toMatchObject({ status: 429, body: { code: 'upstream-limited' } });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(60);
    const resting = await shown();
    expect(resting).toMatchObject({ state: 'resting', limit: { limit: 100 } });
    expect(resting.restingSeconds).toBeGreaterThan(60);
    expect(resting.lastError?.message).toMatch(/^docker\.io did not send the manifest .*rested/);

    expect((await refresh('rested')).body).toMatchObject({ outcome: 'new' });
    expect(await shown()).toMatchObject({ state: 'ok', restingSeconds: 0 });
    await get('rested').expect(200);
  });

  it('say that the upstream fails, and keep what is stored', async () => {
    push('kept');
    await refresh('kept');
    mirror.hub.fail('registry', { status: 500 });
    const failed = await refresh('kept');

    expect(failed).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
    await get('kept').expect(200);
  });

  it('are not asked while they are offline', async () => {
    push('offline');
    await mirror.change(', offline: true');
    const refused = await refresh('offline');

    expect(refused).toMatchObject({ status: 409, body: { code: 'mirror-offline' } });
    expect(await shown()).toMatchObject({ state: 'offline' });
    expect(mirror.hub.requests('registry')).toEqual([]);
  });
});

describe('the administrators of mirrors', () => {
  let hub: FakeHub;
  let file: MirrorsFile;
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    hub = await FakeHub.start();
    hub.content.add('library/alpine', buildImage(), '3');
    file = await MirrorsFile.write(
      `mirrors:
  - { name: docker.io, url: '${hub.url}', addresses: private, library: true, fetch: [alice] }
  - { name: quay.io, url: 'https://quay.io', content: private, login: { user: bot, passwordFile: password } }\n`,
      { password: 'hunter2hunter2\n' },
    );
    const rules = `admins: [olga]\nrules: [{ repositories: ['**'], who: [alice], can: [pull, push] }]`;
    guarded = await GuardedRegistry.start(['alice', 'olga'], rules, file.environment);
  });
  afterAll(async () => {
    await guarded.stop();
    await hub.stop();
    await file.remove();
  });

  const as = (name: string) => new ApiClient(guarded.registry, basic(name));
  const body = { repository: 'alpine', tag: '3' };

  it('alone see and refresh them', async () => {
    expect((await as('alice').get('mirrors')).status).toBe(403);
    expect((await as('alice').send('post', 'mirrors/docker.io/refresh', body)).status).toBe(403);
    expect(hub.requests('registry')).toEqual([]);
  });

  it('see them in the order of the file, without logins', async () => {
    const response = await as('olga').get('mirrors');

    expect(response.body).toMatchObject({
      mirrors: [{ name: 'docker.io' }, { name: 'quay.io', content: 'private' }],
    });
    expect(response.text).not.toMatch(/hunter2|bot/);
  });

  it('refresh also what clients other than they may cause to be fetched', async () => {
    const refreshed = await as('olga').send('post', 'mirrors/docker.io/refresh', body);

    expect(refreshed.body).toMatchObject({
      repository: 'library/alpine',
      tag: '3',
      outcome: 'new',
    });
  });
});

describe('the API of mirrors in a registry without a mirrors file', () => {
  it('lists none, and knows none', async () => {
    const registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const api = new ApiClient(registry);

    expect((await api.get('mirrors')).body).toEqual({ mirrors: [] });
    const body = { repository: 'library/alpine', tag: '3' };
    expect(await api.send('post', 'mirrors/docker.io/refresh', body)).toMatchObject({
      status: 404,
      body: { code: 'mirror-unknown' },
    });
    await registry.stop();
  });
});
