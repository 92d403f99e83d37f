import { hostname } from 'node:os';

import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { GuardedRegistry, basic } from '../support/access.js';
import { describeRegistry, errorBody, type TestRegistry } from '../support/registry.js';

type Headers = Readonly<Record<string, string>>;

const EVIL = 'https://evil.example';
const REBOUND = 'rebind.evil.example:5000';

const RULES = "rules: [{ repositories: ['**'], who: [alice], can: [pull] }]";

/** Resolves to the status of a request with these headers. */
async function statusOf(registry: TestRegistry, headers: Headers, path = '/v2/'): Promise<number> {
  return (await registry.http.get(path).set(headers)).status;
}

/** Pushes a blob like a page does: without a preflight. */
function pushFromPage(registry: TestRegistry, repository: string, headers: Headers) {
  const bytes = uniqueBytes(10);
  const path = `/v2/${repository}/blobs/uploads/?digest=${Digest.of(bytes)}`;
  return registry.http.post(path).set(headers).send(bytes);
}

describeRegistry('a registry without logins', (registry) => {
  it.each<[Headers]>([
    [{ Origin: EVIL }],
    [{ Origin: 'null' }],
    [{ Origin: 'http://127.0.0.1:1' }],
    [{ Origin: EVIL, 'Sec-Fetch-Site': 'same-site' }],
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
    [{ 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', Origin: EVIL }],
  ])('refuses a push by a page of another origin: %j', async (headers) => {
    const repository = registry().newRepository();
    const response = await pushFromPage(registry(), repository, headers).expect(403);
    expect(response.body).toMatchObject(errorBody('DENIED'));
    expect(response.body.errors[0].message).toContain('REGISTRY_CORS_ORIGINS');
    await registry().http.get(`/v2/${repository}/tags/list`).expect(404);
  });

  it('refuses reads by a page of another origin, but not navigations', async () => {
    expect(await statusOf(registry(), { Origin: EVIL }, '/v2/_catalog')).toBe(403);
    const crossSite = { 'Sec-Fetch-Site': 'cross-site' };
    expect(await statusOf(registry(), crossSite, '/v2/_catalog')).toBe(403);
    expect(await statusOf(registry(), { ...crossSite, 'Sec-Fetch-Mode': 'navigate' })).toBe(200);
  });

  it('serves its own pages', async () => {
    const { port } = registry();
    const repository = registry().newRepository();
    const own = { Origin: `http://127.0.0.1:${port}` };
    await pushFromPage(registry(), repository, own).expect(201);
    const behindTls = { Origin: EVIL, 'Sec-Fetch-Site': 'same-origin' };
    await pushFromPage(registry(), repository, behindTls).expect(201);
    expect(await statusOf(registry(), { 'Sec-Fetch-Site': 'none' })).toBe(200);
  });

  it.each([
    ...[REBOUND, 'evil.example', 'localhost.evil.example', 'internal.example.', '1.2.3.4.evil'],
    ...['xn--e1afmkfd.example', 'a_b.example', 'evil-internal.example', 'home.arpa', 'a.svc.evil'],
  ])('refuses the name %s, which a stranger can own', async (host) => {
    const response = await registry().http.get('/v2/_catalog').set('Host', host).expect(403);
    expect(response.body).toMatchObject(errorBody('DENIED'));
    expect(response.body.errors[0].message).toContain('REGISTRY_ALLOWED_HOSTS');
  });

  it('refuses to push, overwrite and delete under such a name', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, 'latest');
    await pushFromPage(registry(), repository, { Host: REBOUND }).expect(403);
    const put = registry().putManifest(repository, 'latest', image.bytes).set('Host', REBOUND);
    await put.expect(403);
    const path = `/v2/${repository}/manifests/latest`;
    await registry().http.delete(path).set('Host', REBOUND).expect(403);
    await registry().http.head(path).expect(200);
  });

  it.each([
    ...['127.0.0.1', '192.0.2.7:5000', '[::1]:5000', '[2001:db8::1]', '127.1', 'localhost:5000'],
    ...['LOCALHOST', 'localhost.', 'registry', 'Registry:5000', 'app.localhost', 'k3d.internal'],
    ...['host.docker.internal:5000', 'mac.local', 'a.test', 'nas.home.arpa', 'registry.ns.svc'],
    ...['registry.ns.svc.cluster.local', 'a.internal.', hostname()],
  ])('serves the local name %s', async (host) => {
    expect(await statusOf(registry(), { Host: host })).toBe(200);
  });

  it('answers health checks under any name and from any page', async () => {
    const headers = { Host: REBOUND, Origin: EVIL, 'Sec-Fetch-Site': 'cross-site' };
    expect(await statusOf(registry(), headers, '/health')).toBe(200);
    expect(await statusOf(registry(), headers, '/')).not.toBe(403);
  });
});

describeRegistry(
  'a registry without logins behind a proxy',
  (registry) => {
    it('looks at the name and the origin that the proxy reports', async () => {
      const reported = { 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Host': 'evil.example' };
      expect(await statusOf(registry(), reported)).toBe(403);
      const local = {
        ...reported,
        'X-Forwarded-Host': 'registry.test',
        'X-Forwarded-Proto': 'https',
      };
      expect(await statusOf(registry(), { ...local, Origin: 'https://registry.test' })).toBe(200);
      expect(await statusOf(registry(), { ...local, Origin: 'http://registry.test' })).toBe(403);
    });

    it('does not let a page hide its own name by sending the header of a proxy', async () => {
      const forged = { Host: REBOUND, 'X-Forwarded-For': '::1', 'X-Forwarded-Host': 'localhost' };
      expect(await statusOf(registry(), forged)).toBe(403);
    });
  },
  { REGISTRY_TRUSTED_PROXIES: 'loopback' },
);

describeRegistry(
  'the settings of names and origins',
  (registry) => {
    it.each([
      ['registry.example.com', 200],
      ['REGISTRY.example.com:443', 200],
      ['a.b.example.org', 200],
      ['example.org', 403],
      ['evilexample.org', 403],
      ['public.example.net', 200],
    ])('the name %s gets %i', async (host, status) => {
      expect(await statusOf(registry(), { Host: host })).toBe(status);
    });

    it.each([
      ['https://ui.example.com', 200],
      ['https://public.example.net', 200],
      ['http://ui.example.com', 403],
      ['https://ui.example.com:8443', 403],
      ['https://ui.example.com, https://evil.example', 403],
    ])('a page of %s gets %i', async (origin, status) => {
      expect(await statusOf(registry(), { Origin: origin, 'Sec-Fetch-Site': 'cross-site' })).toBe(
        status,
      );
    });
  },
  {
    REGISTRY_ALLOWED_HOSTS: 'Registry.example.com, *.example.org',
    REGISTRY_CORS_ORIGINS: 'https://UI.example.com:443/, http://[::1]:3000',
    REGISTRY_PUBLIC_URL: 'https://public.example.net',
  },
);

describeRegistry(
  'the settings for every name and every origin',
  (registry) => {
    it('turn both checks off', async () => {
      expect(await statusOf(registry(), { Host: REBOUND, Origin: 'null' })).toBe(200);
    });
  },
  { REGISTRY_ALLOWED_HOSTS: '*', REGISTRY_CORS_ORIGINS: '*' },
);

describe('a registry with logins', () => {
  it('serves every name, but no pages of other origins', async () => {
    const guarded = await GuardedRegistry.start(['alice'], RULES);
    const login = { Authorization: basic('alice') };
    try {
      expect(await statusOf(guarded.registry, { ...login, Host: REBOUND })).toBe(200);
      expect(await statusOf(guarded.registry, { ...login, Origin: EVIL })).toBe(403);
      expect(await statusOf(guarded.registry, { Origin: EVIL }, '/v2/_token')).toBe(403);
    } finally {
      await guarded.stop();
    }
  });
});
