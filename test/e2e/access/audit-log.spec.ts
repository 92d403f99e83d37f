import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  pushImage,
  repo,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { basic, bearer, GuardedRegistry, passwordOf } from '../../support/access.js';
import { cookieFrom, openSession, OWN_PAGE } from '../../support/sessions.js';

const RULES = `
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
`;

let directory: string;
let guarded: GuardedRegistry;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-audit-'));
  const log = { REGISTRY_AUDIT_LOG: join(directory, 'audit.log') };
  guarded = await GuardedRegistry.start(['alice', 'bob'], RULES, log);
});
afterEach(async () => {
  await guarded.stop();
  await rm(directory, { recursive: true, force: true });
});

const http = () => guarded.registry.http;
const as = (name: string) => ({ Authorization: basic(name) });

/** Waits until the log has `count` lines, and a moment longer for unexpected ones. Resolves to all lines. */
async function lines(count: number): Promise<string[]> {
  const read = () => readFile(join(directory, 'audit.log'), 'utf8').catch(() => '');
  for (let round = 0; round < 40; round++) {
    if ((await read()).split('\n').length > count) break;
    await delay(50);
  }
  await delay(100);
  return (await read()).split('\n').slice(0, -1);
}

async function entries(count: number): Promise<object[]> {
  return (await lines(count)).map((line) => JSON.parse(line) as object);
}

/** Sends a request whose connection is destroyed as soon as the registry has read the request. */
function sendAndLeave(head: string): Promise<void> {
  const { server, port } = guarded.registry;
  return new Promise((resolve) => {
    server.prependOnceListener('request', ({ socket }) => socket.destroy());
    const client = connect(port, '127.0.0.1', () => {
      client.write(`${head}\r\nHost: registry.example\r\n\r\n`);
    });
    client.once('close', () => resolve());
  });
}

describe('the audit log of a client that disconnects early', () => {
  it('records who deleted, from where, and that it happened', async () => {
    await pushImage(guarded.registry.storage, repo('team/app'), { tags: ['1.0'] });
    const scope = 'repository:team/app:pull,delete';
    const token = await guarded.token(basic('alice'), scope);
    const path = '/v2/team/app/manifests/1.0';
    await sendAndLeave(`DELETE ${path} HTTP/1.1\r\nAuthorization: ${bearer(token)}`);
    const deleted = {
      event: 'tag-deleted',
      who: 'alice',
      from: '127.0.0.1',
      status: 202,
      cut: true,
    };
    const issued = { event: 'token-issued', who: 'alice', scope };
    expect(await entries(2)).toMatchObject([issued, deleted]);
    await http().get(path).set(as('alice')).expect(404);
  });

  it('records a failed login', async () => {
    await sendAndLeave(`GET /v2/ HTTP/1.1\r\nAuthorization: ${basic('alice', 'guess')}`);
    expect(await entries(1)).toMatchObject([{ event: 'login-failed', who: 'alice', status: 401 }]);
  });
});

describe('the audit log', () => {
  it('records a delete in a repository whose name looks like an upload path', async () => {
    const name = 'team/blobs/uploads/app';
    await pushImage(guarded.registry.storage, repo(name), { tags: ['1.0'] });
    await http().delete(`/v2/${name}/manifests/1.0`).set(as('alice')).expect(202);
    expect(await entries(1)).toMatchObject([
      { event: 'tag-deleted', who: 'alice', repository: name },
    ]);
  });

  it('records the name of a failed login by form', async () => {
    const form = { grant_type: 'password', username: 'alice', password: 'guess' };
    await http().post('/v2/_token').type('form').send(form).expect(401);
    const right = { ...form, password: passwordOf('alice') };
    await http().post('/v2/_token').type('form').send(right).expect(200);
    expect(await entries(2)).toMatchObject([
      { event: 'login-failed', who: 'alice' },
      { event: 'token-issued', who: 'alice', status: 200, scope: '' },
    ]);
  });

  it('records the logins and logouts of pages, and what they change', async () => {
    const { registry } = guarded;
    await openSession(registry, 'alice', 'guess');
    const page = { ...OWN_PAGE, Cookie: cookieFrom(await openSession(registry, 'alice')) };
    await pushImage(registry.storage, repo('team/app'), { tags: ['1.0'] });
    await http().get('/api/v1/me').set(page).expect(200);
    await http().get('/api/v1/session').set(page).expect(200);
    const path = '/api/v1/repositories/team%2Fapp/tags/1.0';
    await http().delete(path).set('Cookie', page.Cookie).expect(403);
    await http().delete(path).set(page).expect(200);
    await http().delete('/api/v1/session').set(page).expect(204);
    await http().delete('/api/v1/session').set(as('alice')).expect(204);

    expect(await entries(5)).toMatchObject([
      { event: 'login-failed', who: 'alice', status: 401, target: '/api/v1/session' },
      { event: 'login', who: 'alice', status: 201, target: '/api/v1/session' },
      { event: 'refused', who: 'alice', status: 403, target: path },
      { event: 'tag-deleted', who: 'alice', repository: 'team/app', reference: '1.0' },
      { event: 'logout', who: 'alice', status: 204 },
    ]);
  });

  it('does not record a request without a login, or with too little scope, as a failed login', async () => {
    const begin = () => http().post('/v2/team/app/blobs/uploads/');
    await begin().expect(401);
    await begin().set('Authorization', basic('', '')).expect(401);
    await http().get('/v2/_token?scope=repository:team/app:push').expect(401);
    const anonymous = await guarded.token(undefined);
    await begin().set('Authorization', bearer(anonymous)).expect(401);
    const narrow = await guarded.token(basic('alice'), 'repository:team/app:pull');
    await begin().set('Authorization', bearer(narrow)).expect(401);
    await begin().set('Authorization', bearer('nonsense')).expect(401);
    expect(await entries(5)).toMatchObject([
      { event: 'token-issued', who: null, scope: '' },
      { event: 'refused', who: null },
      { event: 'token-issued', who: 'alice', scope: 'repository:team/app:pull' },
      { event: 'refused', who: 'alice' },
      { event: 'login-failed', who: null },
    ]);
  });

  it('records begun and cancelled uploads, refused mounts and successful logins', async () => {
    const path = '/v2/team/app/blobs/uploads/';
    const { headers } = await http().post(path).set(as('alice')).expect(202);
    await http().delete(String(headers['location'])).set(as('alice')).expect(204);
    await http().delete(String(headers['location'])).set(as('alice')).expect(404);
    const mount = `${path}?mount=sha256:${'a'.repeat(64)}&from=secret/app`;
    await http().post(mount).set(as('alice')).expect(202);
    await http().get('/v2/').set(as('alice')).expect(200);
    await http().get('/v2/_catalog').set(as('alice')).expect(200);
    const who = { who: 'alice', from: '127.0.0.1' };
    expect(await entries(4)).toMatchObject([
      { event: 'upload-begun', ...who, target: path, status: 202 },
      { event: 'upload-cancelled', ...who, target: headers['location'], status: 204 },
      { event: 'mount-refused', ...who, target: mount, status: 202 },
      { event: 'login', ...who, target: '/v2/', status: 200 },
    ]);
  });

  it('records images and blobs apart, with repository, reference, bytes and program', async () => {
    const layer = uniqueBytes(2_000);
    const image = buildImage([layer]);
    const { registry } = guarded;
    const agent = 'docker/28.2 go/go1.24';
    const sent = { ...as('alice'), 'User-Agent': agent };
    const binary = { ...sent, 'Content-Type': 'application/octet-stream' };
    const begun = await http().post('/v2/team/app/blobs/uploads/').set(sent).expect(202);
    const location = String(begun.headers['location']);
    await http().patch(location).set(binary).send(layer).expect(202);
    await http()
      .put(`${location}?digest=${Digest.of(layer)}`)
      .set(sent)
      .expect(201);
    const config = `/v2/team/app/blobs/uploads/?digest=${Digest.of(image.config)}`;
    await http().post(config).set(binary).send(image.config).expect(201);
    await registry.putManifest('team/app', '1.0', image.bytes).set(sent).expect(201);
    await http().delete(`/v2/team/app/manifests/${image.digest}`).set(sent).expect(202);

    const common = { who: 'alice', from: '127.0.0.1', repository: 'team/app', agent };
    const digest = `${image.digest}`;
    const all = await entries(5);
    expect(all).toMatchObject([
      { event: 'upload-begun', ...common },
      { event: 'blob-pushed', ...common, digest: `${Digest.of(layer)}`, bytes: layer.length },
      { event: 'blob-pushed', ...common, bytes: image.config.length },
      { event: 'manifest-pushed', ...common, reference: '1.0', digest, bytes: image.bytes.length },
      { event: 'manifest-deleted', ...common, reference: digest },
    ]);
    expect(all.every((entry) => 'request' in entry)).toBe(true);
  });

  it('has no line for a pull, or for a push or delete that certainly failed', async () => {
    await pushImage(guarded.registry.storage, repo('team/app'), { tags: ['1.0'] });
    await http().get('/v2/team/app/manifests/1.0').set(as('alice')).expect(200);
    await http().put('/v2/team/app/manifests/1.0').set(as('alice')).send('{}').expect(400);
    await http().delete('/v2/team/app/manifests/none').set(as('alice')).expect(404);
    expect(await lines(0)).toEqual([]);
  });

  it('records pulled manifests and blobs with REGISTRY_AUDIT_PULLS=on', async () => {
    const settings = {
      REGISTRY_AUDIT_LOG: join(directory, 'audit.log'),
      REGISTRY_AUDIT_PULLS: 'on',
    };
    await guarded.stop();
    guarded = await GuardedRegistry.start(['alice', 'bob'], RULES, settings);
    const image = await pushImage(guarded.registry.storage, repo('team/app'), { tags: ['1.0'] });
    const blob = `${Digest.of(image.config)}`;
    const get = (path: string) => http().get(`/v2/team/app/${path}`).set(as('bob'));
    await http().head('/v2/team/app/manifests/1.0').set(as('bob')).expect(200);
    await get('manifests/1.0').expect(200);
    await get(`blobs/${blob}`).expect(200);
    await get(`blobs/${blob}`).set('Range', 'bytes=0-9').expect(206);
    await get('tags/list').expect(200);
    const common = { who: 'bob', repository: 'team/app' };
    const bytes = image.bytes.length;
    expect(await entries(3)).toMatchObject([
      { event: 'manifest-pulled', ...common, reference: '1.0', digest: `${image.digest}`, bytes },
      { event: 'blob-pulled', ...common, reference: blob, bytes: image.config.length },
      { event: 'blob-pulled', ...common, reference: blob, status: 206, bytes: 10 },
    ]);
  });

  it('does not record a PUT or DELETE without a route', async () => {
    await http().put('/nowhere').expect(404);
    await http().put('/v2/_catalog').expect(405);
    await http().delete('/v2/team/app/tags/list').expect(405);
    expect(await lines(0)).toEqual([]);
  });

  it('escapes special characters in names, so that each event is one line of plain text', async () => {
    const name = 'x\n\u2028{}\u0085\u009b31m\u202e\u007f';
    await http().get('/v2/').set('Authorization', basic(name, 'guess')).expect(401);
    const [line = ''] = await lines(1);
    expect(line).toMatch(/^[ -~]+$/);
    expect(JSON.parse(line)).toMatchObject({ event: 'login-failed', who: name });
  });

  it('has the first 512 characters of a target, and its length', async () => {
    const path = `/v2/?${'x'.repeat(10_000)}`;
    await http().get(path).set('Authorization', basic('alice', 'guess')).expect(401);
    const target = path.slice(0, 512);
    expect(await entries(1)).toMatchObject([{ target, targetLength: path.length }]);
  });

  it('counts equal failures of one address instead of repeating them', async () => {
    const request = () => http().get('/v2/').set('Authorization', bearer('nonsense')).expect(401);
    for (let count = 0; count < 50; count++) await request();
    expect(await entries(1)).toHaveLength(1);
    await guarded.stop();
    const all = await entries(2);
    expect(all).toMatchObject([{ event: 'login-failed' }, { event: 'login-failed', repeated: 49 }]);
    guarded = await GuardedRegistry.start(['alice', 'bob'], RULES, {});
  });
});

describe('the audit log of clients that ask for many tokens', () => {
  const scopesOf = (count: number) =>
    Array.from({ length: count }, (_, index) => `scope=repository:team/app-${index}:pull`).join(
      '&',
    );

  it('has the beginning and the length of a long scope', async () => {
    await http()
      .get(`/v2/_token?${scopesOf(50)}`)
      .set(as('bob'));

    const [entry] = (await entries(1)) as { scope: string; scopeLength: number }[];
    expect(entry?.scope.length).toBe(512);
    expect(entry?.scopeLength).toBeGreaterThan(1_000);
  });

  it('has one line for equal tokens without a login', async () => {
    for (let count = 0; count < 5; count++) await http().get('/v2/_token');

    expect(await lines(1)).toHaveLength(1);
  });
});
