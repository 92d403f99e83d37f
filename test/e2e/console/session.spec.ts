import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { basic, GuardedRegistry, passwordOf, usersFile } from '../../support/access.js';
import { TestRegistry, WATCH_EVERY_MS } from '../../support/registry.js';
import { cookieFrom, openSession, OWN_PAGE, sessionCookie } from '../../support/sessions.js';

const RULES = `
admins: [alice]
rules:
  - { repositories: ['team/**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [bob, carol], can: [pull] }
`;
const USERS = ['alice', 'bob', 'carol'];

let guarded: GuardedRegistry;
/** Another worker on the same storage and the same users. */
let other: TestRegistry;
beforeAll(async () => {
  guarded = await GuardedRegistry.start(USERS, RULES);
  other = await TestRegistry.start(settingsOn(guarded.directory));
});
afterAll(async () => {
  await other.stop();
  await guarded.stop();
});

function settingsOn(directory: string): Readonly<Record<string, string>> {
  return {
    REGISTRY_STORAGE_PATH: join(directory, 'data'),
    REGISTRY_USERS_FILE: join(directory, 'users.htpasswd'),
    REGISTRY_ACCESS_FILE: join(directory, 'access.yaml'),
  };
}

const ME = '/api/v1/me';
const SESSION = '/api/v1/session';

async function statusOf(registry: TestRegistry, cookie: string, path = ME): Promise<number> {
  return (await registry.http.get(path).set(OWN_PAGE).set('Cookie', cookie)).status;
}

/** Waits until the session has ended, at most for as long as a process may go on with one. */
async function expectEnded(registry: TestRegistry, cookie: string): Promise<void> {
  const deadline = performance.now() + 3_000;
  while (performance.now() < deadline && (await statusOf(registry, cookie)) === 200) {
    await delay(50);
  }
  expect(await statusOf(registry, cookie)).toBe(401);
}

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
    const { findings, healthy } = response.body as { findings: object[]; healthy: boolean };

    expect(JSON.stringify(findings)).toContain('logged in');
    expect(healthy).toBe(true);
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
    const settings = { ...settingsOn(guarded.directory), REGISTRY_TRUSTED_PROXIES: 'loopback' };
    const behind = await TestRegistry.start(settings);
    try {
      const request = behind.http.post('/api/v1/session').set({
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
    const { text } = await guarded.registry.http.post('/api/v1/session').send(body).expect(400);
    expect(text).not.toContain('alice');
  });

  it('has the rights of its login, and no others', async () => {
    const cookie = await sessionCookie(guarded.registry, 'bob');

    expect(await statusOf(guarded.registry, cookie, '/api/v1/settings')).toBe(403);
    expect(await statusOf(guarded.registry, cookie, '/api/v1/repositories')).toBe(200);
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

describe('a session ends', () => {
  it('with a logout, on all workers, and the browser forgets it', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    expect(await statusOf(other, cookie)).toBe(200);

    const request = guarded.registry.http.delete('/api/v1/session').set(OWN_PAGE);
    const response = await request.set('Cookie', cookie).expect(204);

    expect(String(response.headers['set-cookie'])).toMatch(/^berth-session-\d+=; Max-Age=0;/);
    expect(await statusOf(guarded.registry, cookie)).toBe(401);
    await expectEnded(other, cookie);
  });

  it('when the password changes, on all workers', async () => {
    const [bob, carol] = [
      await sessionCookie(guarded.registry, 'bob'),
      await sessionCookie(guarded.registry, 'carol'),
    ];
    const path = join(guarded.directory, 'users.htpasswd');
    const before = await readFile(path, 'utf8');
    const [, changed = ''] = (await usersFile(['x', 'x'])).split('\n');

    await writeFile(path, before.replace(/^bob:.*$/m, changed.replace(/^x:/, 'bob:')));
    await delay(2 * WATCH_EVERY_MS);

    await expectEnded(guarded.registry, bob);
    await expectEnded(other, bob);
    expect(await statusOf(other, carol)).toBe(200);

    await writeFile(path, before.replace(/^carol:.*\n/m, ''));
    await delay(2 * WATCH_EVERY_MS);

    await expectEnded(guarded.registry, carol);
    await expectEnded(other, carol);
    await writeFile(path, before);
  });

  it('when the operator removes the records of all sessions', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    expect(await statusOf(other, cookie)).toBe(200);

    await rm(join(guarded.directory, 'data', 'auth', 'sessions'), { recursive: true });

    await expectEnded(other, cookie);
    await sessionCookie(guarded.registry, 'alice');
  });

  it('when the robot that opened it is revoked', async () => {
    const grants = [{ repositories: 'team/**', actions: ['pull'] as const }];
    const { id, token } = await guarded.robots.create({ grants, expiresAt: undefined });
    const response = await openSession(guarded.registry, 'ci', token);
    expect(response.body).toMatchObject({ name: `robot:${id}` });
    const cookie = cookieFrom(response);
    expect(await statusOf(other, cookie)).toBe(200);

    await guarded.robots.revoke(id);

    await expectEnded(guarded.registry, cookie);
    await expectEnded(other, cookie);
  });
});

describe('a 401 of the API', () => {
  it.each([
    ['a script of a page', OWN_PAGE],
    ['a page over plain HTTP', { 'X-Requested-With': 'XMLHttpRequest' }],
    ['the console over plain HTTP', { Referer: 'http://registry.test/console/live' }],
  ])('makes no browser ask for a password if %s gets it', async (_, headers) => {
    const settings = { ...settingsOn(guarded.directory), REGISTRY_AUTH: 'basic' };
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
      await registry.http.delete('/api/v1/session').expect(204);
    } finally {
      await registry.stop();
    }
  });
});
