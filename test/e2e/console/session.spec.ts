import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { basic, GuardedRegistry, passwordOf } from '../../support/access.js';
import { TestRegistry } from '../../support/registry.js';
import {
  cookieFrom,
  openSession,
  OWN_PAGE,
  sessionCookie,
  sessionStatus,
} from '../../support/sessions.js';

const RULES = `
admins: [alice]
rules:
  - { repositories: ['team/**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
`;

let guarded: GuardedRegistry;
/** Another worker on the same storage and the same users. */
let other: TestRegistry;
beforeAll(async () => {
  guarded = await GuardedRegistry.start(['alice', 'bob'], RULES);
  other = await guarded.startWorker();
});
afterAll(() => guarded.stop());

const ME = '/api/v1/me';
const SESSION = '/api/v1/session';

describe('a session', () => {
  it('logs in to the API of every worker', async () => {
    const response = await openSession(guarded.registry, 'alice');

    expect(response.status).toBe(201);
    expect(response.body).toEqual({ name: 'alice', until: expect.any(String) });
    for (const registry of [guarded.registry, other]) {
      const me = await registry.http.get(ME).set('Cookie', cookieFrom(response)).expect(200);
      expect(me.body).toMatchObject({ name: 'alice', admin: true });
    }
  });

  it('lets the doctor log in as an image client, by a robot that is gone afterwards', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    const response = await guarded.registry.http
      .post('/api/v1/doctor')
      .set(OWN_PAGE)
      .set('Cookie', cookie)
      .send({ leaveOut: ['push'] })
      .expect(200);

    expect(response.text).toContain('logged in');
    expect(response.text).toMatch(/\{"healthy":true\}\n$/);
    expect(await guarded.robots.list()).toEqual([]);
  });

  it('is in a cookie that no script can read and no other site sends', async () => {
    const response = await openSession(guarded.registry, 'alice');
    const { headers } = response;
    const [cookie = ''] = headers['set-cookie'] as unknown as string[];
    const [value = '', ...attributes] = cookie.split('; ');

    expect(value).toMatch(/^berth-session-\d+=\d{13}\.[\w-]{43}$/);
    const [age = '', ...others] = attributes;
    expect(Number(age.replace('Max-Age=', ''))).toBeGreaterThan(12 * 3_600 - 60);
    expect(others).toEqual(['HttpOnly', 'SameSite=Strict']);
    expect(JSON.stringify(response.body)).not.toContain(value.split('=')[1]);
    expect(headers['cache-control']).toContain('no-store');
  });

  it('is in a cookie for TLS alone if a trusted proxy has TLS', async () => {
    const settings = { ...guarded.settings, REGISTRY_TRUSTED_PROXIES: 'loopback' };
    const behind = await TestRegistry.start(settings);
    try {
      const request = behind.http.post(SESSION).set({
        ...OWN_PAGE,
        'X-Forwarded-For': '10.0.0.7',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'registry.example.com',
      });
      const response = await request.send({ name: 'alice', password: passwordOf('alice') });
      expect(String(response.headers['set-cookie'])).toMatch(/^berth-session=.*; Secure$/);
    } finally {
      await behind.stop();
    }
  });

  it('can be asked for before there is one, so that a page knows what to show', async () => {
    const { http } = guarded.registry;
    const before = await http.get(SESSION).set(OWN_PAGE).expect(200);
    expect(before.body).toEqual({ logins: true, allowed: false });

    const opened = await openSession(guarded.registry, 'bob');
    const after = await http.get(SESSION).set('Cookie', cookieFrom(opened)).expect(200);
    expect(after.body).toEqual({ logins: true, allowed: true, ...(opened.body as object) });

    const byHeader = await http.get(SESSION).set('Authorization', basic('bob')).expect(200);
    expect(byHeader.body).toEqual({ logins: true, allowed: true, name: 'bob' });
    await http.get(SESSION).set('Authorization', basic('eve', 'guess')).expect(401);
  });

  it('is refused to a wrong password, as slowly as the token endpoint refuses it', async () => {
    const first = await openSession(guarded.registry, 'dave', 'guess');
    expect(first.status).toBe(401);
    expect(first.headers['www-authenticate']).toBe('Session realm="Berth"');
    expect(first.headers).not.toHaveProperty('set-cookie');

    const statuses = [];
    for (let count = 0; count < 5; count++) {
      statuses.push((await openSession(guarded.registry, 'dave', 'guess')).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 429]);
    const form = { grant_type: 'password', username: 'dave', password: 'guess' };
    await guarded.registry.http.post('/v2/_token').type('form').send(form).expect(429);
  });

  it.each([
    {},
    { name: 'alice' },
    { name: 'alice', password: 5 },
    { name: 'a', password: '', x: 1 },
  ])('is refused to %j, without repeating it', async (body) => {
    const { text } = await guarded.registry.http.post(SESSION).send(body).expect(400);
    expect(text).not.toContain('alice');
  });

  it('has the rights of its login, and no others', async () => {
    const cookie = await sessionCookie(guarded.registry, 'bob');

    expect(await sessionStatus(guarded.registry, cookie, '/api/v1/settings')).toBe(403);
    expect(await sessionStatus(guarded.registry, cookie, '/api/v1/repositories')).toBe(200);
  });

  it('gives way to a login in the header', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    const request = guarded.registry.http.get(ME).set('Cookie', cookie);

    const me = await request.set('Authorization', basic('bob')).expect(200);

    expect(me.body).toMatchObject({ name: 'bob' });
  });

  it('is worth nothing to image clients', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    const image = await guarded.robots.create({
      grants: [{ repositories: '**', actions: ['push'] }],
      expiresAt: undefined,
    });
    await guarded.registry.http
      .post('/v2/team/app/blobs/uploads/')
      .set('Authorization', basic('any', image.token))
      .expect(202);

    for (const [method, path] of [
      ['get', '/v2/'],
      ['get', '/v2/_catalog'],
      ['get', '/v2/team/app/tags/list'],
      ['post', '/v2/team/app/blobs/uploads/'],
      ['delete', '/v2/team/app/manifests/1.0'],
    ] as const) {
      const request = guarded.registry.http[method](path).set(OWN_PAGE).set('Cookie', cookie);
      expect((await request).status).toBe(401);
    }
    const token = await guarded.registry.http.get('/v2/_token?scope=repository:team/app:pull');
    expect(token.status).toBe(401);
  });

  it('is stored as a hash alone', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    const [, secret = ''] = cookie.split('.');
    const folder = join(guarded.directory, 'data', 'auth', 'sessions');

    for (const file of await readdir(folder)) {
      expect(file).not.toContain(secret);
      expect(await readFile(join(folder, file), 'utf8')).not.toContain(secret);
    }
  });
});

describe('a 401 of the API', () => {
  it.each([
    ['a script of a page', OWN_PAGE],
    ['a page over plain HTTP', { 'X-Requested-With': 'XMLHttpRequest' }],
    ['the console over plain HTTP', { Referer: 'http://registry.test/console/live' }],
  ])('makes no browser ask for a password if %s gets it', async (_, headers) => {
    const settings = { ...guarded.settings, REGISTRY_AUTH: 'basic' };
    const registry = await TestRegistry.start(settings);
    try {
      const { http } = registry;
      const page = await http.get(ME).set(headers).expect(401);
      expect(page.headers['www-authenticate']).toBe('Session realm="Berth"');
      const wrong = await http.get(ME).set(headers).set('Authorization', basic('eve', 'x'));
      expect(wrong.headers['www-authenticate']).toBe('Session realm="Berth"');

      const person = await http.get(ME).set('Sec-Fetch-Mode', 'navigate').expect(401);
      expect(person.headers['www-authenticate']).toMatch(/^Basic /);
      const program = await http.get(ME).expect(401);
      expect(program.headers['www-authenticate']).toMatch(/^Basic /);
      const image = await http.get('/v2/').set(headers).expect(401);
      expect(image.headers['www-authenticate']).toMatch(/^Basic /);
    } finally {
      await registry.stop();
    }
  });
});

describe('a registry without logins', () => {
  it('says so, and opens no session', async () => {
    const registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    try {
      const state = await registry.http.get(SESSION).expect(200);
      expect(state.body).toEqual({ logins: false, allowed: true });
      const refused = await openSession(registry, 'alice');
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ detail: 'this registry has no logins of its own' });
      await registry.http.delete(SESSION).expect(204);
    } finally {
      await registry.stop();
    }
  });
});
