import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { GuardedRegistry } from '../../support/access.js';
import { API_CHANGES, filledIn, type ApiChange } from '../../support/api-changes.js';
import { OWN_PAGE, sessionCookie } from '../../support/sessions.js';

type Headers = Readonly<Record<string, string>>;

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
`;
const EVIL = 'https://evil.example';
const LISTED = 'https://ui.example.com';
const FORM = 'application/x-www-form-urlencoded';

let guarded: GuardedRegistry;
let cookie: string;
let digest: string;
beforeAll(async () => {
  guarded = await GuardedRegistry.start(['alice'], RULES, { REGISTRY_CORS_ORIGINS: LISTED });
  const image = await pushImage(guarded.registry.storage, repo('team/app'), { tags: ['1.0'] });
  digest = image.digest.toString();
  cookie = await sessionCookie(guarded.registry, 'alice');
});
afterAll(() => guarded.stop());

/** What a page of another site can make a browser send, and a client that sends the cookie alone. */
const FOREIGN: readonly (readonly [title: string, headers: Headers])[] = [
  [
    'a form of another site',
    {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      Origin: EVIL,
      'Content-Type': FORM,
    },
  ],
  ['a form over plain HTTP', { Origin: EVIL, 'Content-Type': FORM }],
  [
    'fetch with credentials',
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors', Origin: EVIL },
  ],
  ['a sandboxed page', { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }],
  [
    'a site below the same domain',
    { 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.example.com' },
  ],
  [
    'a page that may use the registry with a login of its own',
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'cors', Origin: LISTED },
  ],
  ['the cookie alone', {}],
];

function send(method: ApiChange['method'], path: string, headers: Headers) {
  const request = guarded.registry.http[method](filledIn(path, digest));
  return request.set('Cookie', cookie).set(headers);
}

const BY_SESSION = API_CHANGES.filter(
  ({ method, path }) => !(method === 'post' && path === '/api/v1/session'),
);

describe.each(FOREIGN)('with a session, a change by %s', (_, headers) => {
  it.each(BY_SESSION)('is refused: $method $path', async ({ method, path }) => {
    expect((await send(method, path, headers)).status).toBe(403);
  });

  it('has changed nothing, and the session goes on', async () => {
    const me = await guarded.registry.http.get('/api/v1/me').set('Cookie', cookie).expect(200);
    expect(me.body).toMatchObject({ name: 'alice' });
    const tag = '/api/v1/repositories/team%2Fapp/tags/1.0';
    await guarded.registry.http.get(tag).set('Cookie', cookie).expect(200);
  });
});

describe('a login', () => {
  it.each(FOREIGN.slice(0, 5))('is refused to %s', async (_, headers) => {
    expect((await send('post', '/api/v1/session', headers)).status).toBe(403);
  });

  it('needs JSON, which no form can send', async () => {
    const form = { name: 'alice', password: 'alice-password' };
    const request = guarded.registry.http.post('/api/v1/session').type('form').send(form);
    await request.expect(400);
  });
});

describe('reads of the API', () => {
  it('are refused to an image or a script of another site', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' };
    const request = guarded.registry.http.get('/api/v1/repositories').set(headers);
    expect((await request.set('Cookie', cookie)).status).toBe(403);
  });
});

describe('a change by the page of the registry', () => {
  it('is allowed, as the browser names its origin', async () => {
    const origin = { Origin: `http://127.0.0.1:${guarded.registry.port}` };
    for (const headers of [OWN_PAGE, origin]) {
      const response = await send('delete', '/api/v1/robots/{id}', headers);
      expect(response.body).toMatchObject({ status: 404, code: 'robot-unknown' });
    }
  });

  it('needs JSON', async () => {
    const form = 'name=ci';
    const request = send('post', '/api/v1/robots', { ...OWN_PAGE, 'Content-Type': FORM });
    expect((await request.send(form)).status).toBe(400);
  });
});
