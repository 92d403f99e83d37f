import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Response } from 'supertest';

import { basic, GuardedRegistry } from '../support/access.js';
import { describeRegistry, TestRegistry } from '../support/registry.js';

const UI = 'https://ui.example.com';
const OTHER = 'https://other.example.com';
const PREFLIGHT = { 'Access-Control-Request-Method': 'DELETE' };
const RULES = "rules: [{ repositories: ['team/**'], who: [alice], can: [pull] }]";
const ORIGINS = { REGISTRY_CORS_ORIGINS: `${UI}, http://localhost:8080` };

const SHARED = {
  'access-control-allow-origin': UI,
  'access-control-allow-credentials': 'true',
  vary: 'Origin',
};

/** Returns the headers of a response that pages of other origins need. */
function sharing({ headers }: Response): Record<string, string> {
  const all = Object.entries(headers as Record<string, string>);
  const { vary = '' } = headers as { readonly vary?: string };
  return {
    ...Object.fromEntries(all.filter(([name]) => name.startsWith('access-control-'))),
    // The root also varies by the type that the client prefers.
    ...(vary.split(', ').includes('Origin') && { vary: 'Origin' }),
  };
}

describe('a registry with logins for pages of a listed origin', () => {
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(['alice'], RULES, ORIGINS);
  });
  afterAll(() => guarded.stop());

  const page = { Origin: UI, 'Sec-Fetch-Site': 'cross-site' };
  const alice = { Authorization: basic('alice') };
  const send = (method: 'get' | 'post' | 'put' | 'options', path: string, headers: object) =>
    guarded.registry.http[method](path).set({ ...headers });

  it.each([
    ['get', '/', {}, 200],
    ['get', '/health', {}, 200],
    ['get', '/v2/', {}, 401],
    ['get', '/v2/', alice, 200],
    ['get', '/v2/_catalog', alice, 200],
    ['get', '/v2/_token', {}, 200],
    ['get', '/v2/_token?scope=repository:team/app:pull', {}, 401],
    ['get', '/v2/team/app/tags/list', {}, 401],
    ['get', '/v2/team/app/tags/list', alice, 404],
    ['get', '/v2/Team/tags/list', alice, 400],
    ['post', '/v2/team/app/blobs/uploads/', alice, 403],
    ['put', '/v2/_catalog', alice, 405],
    ['options', '/v2/', {}, 405],
    ['get', '/v2/no/such/path', alice, 404],
  ] as const)(
    'sends the headers of CORS: %s %s %j gets %i',
    async (method, path, login, status) => {
      const response = await send(method, path, { ...page, ...login }).expect(status);
      const { 'access-control-expose-headers': exposed = '', ...others } = sharing(response);
      expect(others).toEqual(SHARED);
      const names = ['Docker-Content-Digest', 'Link', 'WWW-Authenticate', 'ETag', 'OCI-Subject'];
      expect(exposed.split(', ')).toEqual(
        expect.arrayContaining([...names, 'Content-Range', 'Location', 'Retry-After']),
      );
    },
  );

  it.each(['/', '/health', '/v2/', '/v2/_token', '/v2/team/app/manifests/1.0', '/v2/secret/x'])(
    'responds to a preflight without a login: %s',
    async (path) => {
      const asked = { ...PREFLIGHT, 'Access-Control-Request-Headers': 'authorization' };
      const response = await send('options', path, { ...page, ...asked }).expect(204);
      const { 'access-control-allow-headers': allowed = '', ...others } = sharing(response);
      expect(others).toMatchObject({
        ...SHARED,
        'access-control-allow-methods': 'GET, HEAD, POST, PATCH, PUT, DELETE',
        'access-control-max-age': '7200',
      });
      expect(allowed.split(', ')).toEqual(
        expect.arrayContaining([
          ...['Accept', 'Authorization', 'Content-Range', 'Content-Type'],
          ...['If-Match', 'If-None-Match', 'If-Range', 'Last-Event-ID', 'Range'],
        ]),
      );
      expect(response.text).toBe('');
    },
  );

  it('lets each listed origin read, and no other', async () => {
    const second = await send('get', '/v2/', { Origin: 'http://localhost:8080' }).expect(401);
    expect(sharing(second)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:8080',
    });
    for (const [path, status] of [
      ['/v2/', 403],
      ['/health', 200],
    ] as const) {
      for (const origin of [OTHER, `${UI}, ${OTHER}`, 'null']) {
        const response = await send('get', path, { Origin: origin, ...alice }).expect(status);
        expect(sharing(response)).toEqual({ vary: 'Origin' });
      }
    }
    const preflight = await send('options', '/v2/', { Origin: OTHER, ...PREFLIGHT }).expect(403);
    expect(sharing(preflight)).toEqual({ vary: 'Origin' });
    await send('options', '/health', { Origin: OTHER, ...PREFLIGHT }).expect(405);
  });

  it('sends only Vary to clients that are not browsers, so that no cache answers a page with it', async () => {
    const none = { vary: 'Origin' };
    expect(sharing(await send('get', '/v2/', alice).expect(200))).toEqual(none);
    expect(sharing(await send('options', '/v2/', PREFLIGHT).expect(405))).toEqual(none);
  });
});

describeRegistry(
  'a registry without logins for pages of a listed origin',
  (registry) => {
    it('keeps the headers on content, parts of content, 304 and 416', async () => {
      const repository = registry().newRepository();
      const image = await registry().pushImage(repository, '1.0');
      const path = `/v2/${repository}/blobs/${JSON.parse(image.bytes.toString()).config.digest}`;
      const get = (headers: Record<string, string>) =>
        registry()
          .http.get(path)
          .set({ Origin: UI, ...headers });
      const whole = await get({}).expect(200);
      const responses = [
        whole,
        await get({ Range: 'bytes=0-0' }).expect(206),
        await get({ Range: 'bytes=9999-' }).expect(416),
        await get({ 'If-None-Match': String(whole.headers['etag']) }).expect(304),
      ];
      for (const response of responses) expect(sharing(response)).toMatchObject(SHARED);
    });
  },
  ORIGINS,
);

describeRegistry(
  'a registry for pages of all origins',
  (registry) => {
    it('lets them read, but without the credentials of the browser', async () => {
      for (const origin of [UI, 'null']) {
        const response = await registry().http.get('/v2/').set('Origin', origin).expect(200);
        expect(sharing(response)).toEqual({
          'access-control-allow-origin': '*',
          'access-control-expose-headers': expect.stringContaining('Link'),
        });
      }
      const headers = { Origin: OTHER, ...PREFLIGHT };
      const preflight = await registry().http.options('/v2/').set(headers).expect(204);
      expect(sharing(preflight)).toMatchObject({ 'access-control-allow-origin': '*' });
      expect(sharing(preflight)).not.toHaveProperty('access-control-allow-credentials');
      // A cache may answer a page with it.
      expect(sharing(await registry().http.get('/v2/').expect(200))).toMatchObject({
        'access-control-allow-origin': '*',
      });
    });

    it.each(['no-cors', 'navigate'])(
      'refuses a push in the mode %s, which a browser sends with its credentials and without a preflight',
      async (mode) => {
        const push = registry()
          .http.post('/v2/team/app/blobs/uploads/')
          .set({ Origin: OTHER, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': mode });
        await push.expect(403);
      },
    );

    it('accepts a push in the mode cors', async () => {
      const push = registry()
        .http.post('/v2/team/app/blobs/uploads/')
        .set({ Origin: OTHER, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors' });
      await push.expect(202);
    });
  },
  { REGISTRY_CORS_ORIGINS: '*' },
);

describeRegistry('a registry for no other origins', (registry) => {
  it('sends no headers of CORS, and supports no OPTIONS', async () => {
    const { http, port } = registry();
    for (const origin of [UI, `http://127.0.0.1:${port}`]) {
      for (const path of ['/', '/health', '/v2/']) {
        expect(sharing(await http.get(path).set('Origin', origin))).toEqual({});
      }
    }
    const own = { Origin: `http://127.0.0.1:${port}`, ...PREFLIGHT };
    expect(sharing(await http.options('/v2/').set(own).expect(405))).toEqual({});
    await http
      .options('/v2/')
      .set({ Origin: UI, ...PREFLIGHT })
      .expect(403);
  });
});

describe('a registry with a limit of requests', () => {
  it('lets a page read that there were too many, also in a preflight', async () => {
    const registry = await TestRegistry.start({
      REGISTRY_STORAGE_DRIVER: 'memory',
      REGISTRY_MAX_REQUESTS_PER_SECOND: '1',
      ...ORIGINS,
    });
    try {
      await registry.http
        .options('/v2/')
        .set({ Origin: UI, ...PREFLIGHT })
        .expect(204);
      for (const method of ['get', 'options'] as const) {
        const headers = { Origin: UI, ...PREFLIGHT };
        const response = await registry.http[method]('/v2/').set(headers).expect(429);
        expect(sharing(response)).toMatchObject(SHARED);
      }
    } finally {
      await registry.stop();
    }
  });
});
