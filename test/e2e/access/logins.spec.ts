import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { basic, bearer, GuardedRegistry, passwordOf, usersFile } from '../../support/access.js';

const RULES = `
rules:
  - { repositories: ['team/**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
`;

/** The response of the token endpoint. */
interface TokenAnswer {
  readonly token: string;
  readonly access_token: string;
  readonly expires_in: number;
  readonly issued_at: string;
  readonly scope: string;
  readonly refresh_token?: string;
}

let guarded: GuardedRegistry;
afterEach(() => guarded.stop());

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  guarded = await GuardedRegistry.start(['alice', 'bob'], RULES, environment);
}

async function ask(query: string, authorization?: string): Promise<TokenAnswer> {
  const request = guarded.registry.http.get(`/v2/_token?service=berth${query}`);
  if (authorization !== undefined) void request.set('Authorization', authorization);
  const response = await request.expect(200).expect('Cache-Control', 'no-store');
  return response.body as TokenAnswer;
}

async function statusOf(path: string, authorization: string): Promise<number> {
  const response = await guarded.registry.http.get(path).set('Authorization', authorization);
  return response.status;
}

/**
 * Whether `condition` holds within a few seconds: files are read again each second. Checked rarely, because failed logins are
 * slowed down.
 */
async function soon(condition: () => Promise<boolean>): Promise<boolean> {
  for (let round = 0; round < 5; round++) {
    if (await condition()) return true;
    await delay(900);
  }
  return false;
}

describe('the token endpoint', () => {
  it('ignores the class of a scope', async () => {
    await start();
    const { scope } = await ask('&scope=repository(plugin):team/plug:pull,push', basic('alice'));
    expect(scope).toBe('repository:team/plug:pull,push');
  });

  it('issues a token for the allowed part of the requested scope, and reports that part', async () => {
    await start();
    const query =
      '&scope=repository:team/app:pull,push&scope=repository:public/x:pull%20repository:team/b:*';
    const answer = await ask(query, basic('bob'));
    expect(answer).toMatchObject({ expires_in: 300, access_token: answer.token });
    expect(answer.scope).toBe(
      'repository:team/app:pull repository:public/x:pull repository:team/b:pull',
    );
    expect(Date.now() - Date.parse(answer.issued_at)).toBeLessThan(10_000);
    expect(answer).not.toHaveProperty('refresh_token');
  });

  it('issues a token that does not grow with refused scopes', async () => {
    await start();
    const vain = Array.from({ length: 90 }, (_, index) => `&scope=repository:no/${index}:push`);
    const [less, more] = [await ask('', basic('bob')), await ask(vain.join(''), basic('bob'))];
    expect(more.scope).toBe('');
    expect(more.token.length).toBe(less.token.length);
  });

  it('gives a client without a login the rights of anonymous', async () => {
    await start();
    const { token, scope } = await ask('&scope=repository:public/x:pull,push');
    expect(scope).toBe('repository:public/x:pull');
    expect(await statusOf('/v2/public/x/tags/list', bearer(token))).toBe(404);
    expect(await statusOf('/v2/', bearer(token))).toBe(200);
  });

  it.each([
    'repository:team/app:pull',
    'repository:public/x:push',
    'repository:team/app:pull%20repository:team/b:push',
    'registry:catalog:*&scope=x',
    'repository:UPPER:pull',
  ])('asks a client without a login for a password if it may do nothing of %s', async (scope) => {
    guarded = await GuardedRegistry.start(
      ['alice'],
      RULES.replace('who: [anonymous], can: [pull]', 'who: [anonymous], can: [delete]'),
    );
    const path = `/v2/_token?service=berth&scope=${scope}`;
    const response = await guarded.registry.http.get(path).expect(401);
    expect(response.headers['www-authenticate']).toBe('Basic realm="Berth", charset="UTF-8"');
    expect(response.body).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }] });
    await guarded.registry.http.get(path).set('Authorization', basic('alice')).expect(200);
  });

  it('issues a token to a client without a login if it may do a part, or requests no scope', async () => {
    await start();
    const part = '&scope=repository:team/app:pull&scope=repository:public/x:pull,push';
    expect((await ask(part)).scope).toBe('repository:public/x:pull');
    expect((await ask('')).scope).toBe('');
    expect((await ask('&scope=')).scope).toBe('');
  });

  it('lets everybody list the repositories as soon as everybody may pull one', async () => {
    await start();
    const { token, scope } = await ask('&scope=registry:catalog:*');
    expect(scope).toBe('registry:catalog:*');
    expect(await statusOf('/v2/_catalog', bearer(token))).toBe(200);
  });

  it.each([undefined, 'Bearer expired'])(
    'is named with the scope of the catalog in its challenge (Authorization: %s)',
    async (authorization) => {
      await start();
      const request = guarded.registry.http.get('/v2/_catalog?n=5');
      if (authorization !== undefined) void request.set('Authorization', authorization);
      const { headers } = await request.expect(401);
      expect(headers['www-authenticate']).toMatch(
        /^Bearer realm="[^"]+\/v2\/_token",service="berth",scope="registry:catalog:\*"(,error="invalid_token")?$/,
      );
      const base = await guarded.registry.http.get('/v2/').expect(401);
      expect(base.headers['www-authenticate']).not.toContain('scope');
    },
  );

  it('refuses a wrong password, and asks for one by Basic', async () => {
    await start();
    await guarded.registry.http
      .get('/v2/_token')
      .set('Authorization', basic('alice', 'guess'))
      .expect(401)
      .expect('WWW-Authenticate', /^Basic /);
  });

  it('accepts forms, and issues refresh tokens that log in until the password changes', async () => {
    await start();
    const post = (form: Readonly<Record<string, string>>) =>
      guarded.registry.http.post('/v2/_token').type('form').send(form);
    const password = { grant_type: 'password', username: 'alice', password: passwordOf('alice') };
    const scope = 'repository:team/app:pull';
    const first = await post({ ...password, access_type: 'offline', scope }).expect(200);
    const { token, refresh_token: refresh = '' } = first.body as TokenAnswer;
    expect(await statusOf('/v2/team/app/tags/list', bearer(token))).toBe(404);
    const again = { grant_type: 'refresh_token', refresh_token: refresh, scope };
    const second = await post(again).expect(200);
    expect(second.body).toMatchObject({ scope });
    await post({ ...again, refresh_token: token }).expect(401);
    await post({ grant_type: 'password', username: 'alice', password: 'guess' }).expect(401);
    await post({ grant_type: 'magic' }).expect(400);
    await post({ scope: 'x'.repeat(70_000) }).expect(400);

    await writeFile(join(guarded.directory, 'users.htpasswd'), await usersFile(['alice']));
    expect(await soon(async () => (await post(again)).status === 401)).toBe(true);
    expect(await statusOf('/v2/team/app/tags/list', bearer(token))).toBe(401);
  });

  it('issues refresh tokens by GET too, and ignores unknown scopes', async () => {
    await start();
    const query =
      '&offline_token=true&scope=registry:catalog:*&scope=repository:UPPER:pull&scope=&scope=x';
    const answer = await ask(query, basic('alice'));
    expect(answer).toMatchObject({
      scope: 'registry:catalog:*',
      refresh_token: expect.any(String),
    });
  });

  it('does not exist without tokens', async () => {
    await start({ REGISTRY_AUTH: 'basic' });
    await guarded.registry.http.get('/v2/_token').set('Authorization', basic('alice')).expect(404);
    const { headers } = await guarded.registry.http.get('/v2/').expect(401);
    expect(headers['www-authenticate']).toBe('Basic realm="Berth", charset="UTF-8"');
    expect(await statusOf('/v2/', basic('alice'))).toBe(200);
    expect(await statusOf('/v2/', bearer('anything'))).toBe(401);
  });
});

describe('changed access files, without a restart,', () => {
  const path = '/v2/team/app/tags/list';
  const soonIs = (status: number, who: string) =>
    soon(async () => (await statusOf(path, basic(who))) === status);

  it('apply to users', async () => {
    await start();
    const users = join(guarded.directory, 'users.htpasswd');
    expect(await statusOf(path, basic('carol'))).toBe(401);
    await writeFile(`${users}.new`, await usersFile(['carol']));
    await rename(`${users}.new`, users);
    expect(await soonIs(403, 'carol')).toBe(true);
    expect(await statusOf(path, basic('alice'))).toBe(401);
  });

  it('apply to rules', async () => {
    await start();
    const rules = join(guarded.directory, 'access.yaml');
    expect(await statusOf(path, basic('bob'))).toBe(404);
    await writeFile(rules, RULES.replace('[bob]', '[carol]'));
    expect(await soonIs(403, 'bob')).toBe(true);
  });

  it('keep their previous contents in use while they are invalid', async () => {
    await start();
    await writeFile(join(guarded.directory, 'access.yaml'), 'rules: nonsense');
    await rm(join(guarded.directory, 'users.htpasswd'));
    await delay(2_100);
    expect(await statusOf(path, basic('bob'))).toBe(404);
    expect(await statusOf('/v2/public/x/tags/list', basic('alice'))).toBe(404);
  });
});

describe('guessing passwords', () => {
  it('gets 429 after a few failures, while logged-in users are served', async () => {
    await start();
    expect(await statusOf('/v2/', basic('alice'))).toBe(200);
    const guess = () =>
      guarded.registry.http.get('/v2/').set('Authorization', basic('alice', 'guess'));
    const statuses: number[] = [];
    for (let count = 0; count < 8; count++) statuses.push((await guess()).status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    await guess().expect('Retry-After', /^\d+$/);
    expect(await statusOf('/v2/', basic('alice'))).toBe(200);
    expect(await statusOf('/v2/', basic('bob'))).toBe(200);
  });

  it('gains nothing from many attempts at once', async () => {
    await start();
    const all = Array.from({ length: 40 }, (_, count) =>
      statusOf('/v2/', basic('alice', `${count}`)),
    );
    const statuses = await Promise.all(all);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(6);
  });
});

describe('the audit log', () => {
  it('has a line for each push, delete, failed login and refusal, and none for reads', async () => {
    const audit = join(tmpdir(), `berth-audit-${process.pid}.log`);
    await start({ REGISTRY_AUDIT_LOG: audit });
    const { http } = guarded.registry;
    const alice = basic('alice');
    const digest = Digest.of(Buffer.alloc(0)).toString();
    await http
      .post(`/v2/team/app/blobs/uploads/?digest=${digest}`)
      .set('Authorization', alice)
      .expect(201);
    await http.get(`/v2/team/app/blobs/${digest}`).set('Authorization', alice).expect(200);
    await http
      .delete(`/v2/team/app/blobs/${digest}`)
      .set('Authorization', basic('bob'))
      .expect(403);
    await http.delete(`/v2/team/app/blobs/${digest}`).set('Authorization', alice).expect(202);
    await http.get('/v2/').expect(401);
    await http.get('/v2/_token').set('Authorization', basic('alice', 'guess')).expect(401);
    await soon(async () => (await readFile(audit, 'utf8')).split('\n').length > 4);
    const lines = (await readFile(audit, 'utf8')).trimEnd().split('\n');
    await rm(audit);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      entry({ event: 'blob-pushed', who: 'alice', method: 'POST', status: 201, digest }),
      entry({ event: 'refused', who: 'bob', method: 'DELETE', status: 403 }),
      entry({ event: 'blob-deleted', who: 'alice', method: 'DELETE', status: 202 }),
      entry({ event: 'login-failed', who: 'alice', method: 'GET', status: 401 }),
    ]);
  });

  const entry = (expected: object): unknown =>
    expect.objectContaining({
      ...expected,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      from: '127.0.0.1',
      target: expect.stringMatching(/^\/v2\//),
    });
});
