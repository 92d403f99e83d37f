import { type AddressInfo } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiClient } from '../../support/api.js';
import { basic, bearer, GuardedRegistry, passwordOf } from '../../support/access.js';
import { describeRegistry } from '../../support/registry.js';

const RULES = `
groups:
  operators: [olga]
admins: [group:operators]
rules:
  - { repositories: ['team/**'], who: [alice, olga], can: [pull, push] }
  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
`;

describeRegistry('the API of a registry without logins', (registry) => {
  const api = () => new ApiClient(registry());

  it('gives everybody everything', async () => {
    expect((await api().get('me')).body).toEqual({
      groups: [],
      robot: false,
      admin: true,
      readOnly: false,
    });
    expect((await api().get('settings')).status).toBe(200);
  });

  it('says that a robot would do nothing', async () => {
    const grants = [{ repositories: '**', actions: ['pull'] }];
    const response = await api().send('post', 'robots', { name: 'ci', grants });
    expect(response).toMatchObject({ status: 403, body: { code: 'denied' } });
  });

  it('answers 304 to a client that has the same already', async () => {
    const first = await api().get('version');
    const etag = String(first.headers['etag']);
    const second = await api().get('version', { 'If-None-Match': etag });
    expect(second).toMatchObject({ status: 304, text: '' });
    expect((await api().get('version', { 'If-None-Match': '*' })).status).toBe(304);
    expect((await api().get('version', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  it.each([
    ['limit=0', 'limit must not be less than 1'],
    ['limit=x', 'limit must be an integer number'],
    ['limit=1&limit=2', 'limit must be an integer number'],
    ['colour=red', 'property colour should not exist'],
  ])('refuses the query %s with every problem', async (query, problem) => {
    const response = await api().get(`uploads?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.body.about.problems).toContain(problem);
  });

  it.each([
    ['{', 'application/json', 'not valid JSON'],
    ['[]', 'application/json', 'an object is needed'],
    ['name=ci', 'application/x-www-form-urlencoded', 'Content-Type application/json'],
    [`{"name":"${'x'.repeat(300_000)}"}`, 'application/json', 'too large'],
  ])('refuses the body %.20s as %s', async (body, type, message) => {
    const response = await registry()
      .http.post('/api/v1/robots')
      .set('Content-Type', type)
      .send(body);
    expect(response.status).toBe(400);
    expect(response.body.detail).toContain(message);
  });

  it('lists uploads in progress, and ends one', async () => {
    const location = await registry().beginUpload('team/app');
    await registry().http.patch(location).send(Buffer.from('12345')).expect(202);
    const { uploads } = (await api().get('uploads')).body as { uploads: { id: string }[] };
    const [upload] = uploads;
    expect(upload).toMatchObject({ repository: 'team/app', receivedBytes: 5 });
    expect((await api().send('delete', `uploads/${upload?.id}`)).status).toBe(204);
    expect((await api().send('delete', `uploads/${upload?.id}`)).status).toBe(404);
    await registry().http.get(location).expect(404);
  });

  it('collects on demand, and shows before what it would remove', async () => {
    const image = await registry().pushImage('team/app', '1.0');
    await registry().http.delete(`/v2/team/app/manifests/${image.digest}`).expect(202);
    const plan = await registry().http.get('/api/v1/gc/plan').expect(200);
    expect(plan.headers['content-type']).toBe('application/x-ndjson');
    // All of it was used a moment ago, so nothing goes yet.
    expect(plan.text).toBeFalsy();
    expect(await api().send('post', 'gc/run')).toMatchObject({ status: 202 });
    expect((await api().get('gc')).body.rules).toMatchObject({ graceMs: 3_600_000 });
  });
});

describe('the API of a registry with logins', () => {
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(['alice', 'olga'], RULES, {
      REGISTRY_OIDC_ISSUER: '',
    });
  });
  afterAll(() => guarded.stop());

  const as = (name?: string) =>
    new ApiClient(guarded.registry, name === undefined ? undefined : basic(name));

  it('says who the caller is, and what the caller may do', async () => {
    expect((await as('alice').get('me')).body).toMatchObject({ name: 'alice', admin: false });
    expect((await as('olga').get('me')).body).toMatchObject({ name: 'olga', admin: true });
    expect((await as().get('me')).body).toMatchObject({ admin: false });
    const access = await as('alice').get('access?repository=team%2Fapp');
    expect(access.body).toEqual({ repository: 'team/app', pull: true, push: true, delete: false });
  });

  it('masks secrets in the settings', async () => {
    const { settings } = (await as('olga').get('settings')).body as {
      settings: { variable: string; origin: string; value: string }[];
    };
    const users = settings.find(({ variable }) => variable === 'REGISTRY_USERS_FILE');
    expect(users).toMatchObject({ origin: 'environment' });
    expect(JSON.stringify(settings)).not.toContain(passwordOf('olga'));
  });

  it('creates a robot whose token works, names its creator, and revokes it', async () => {
    const grants = [{ repositories: 'team/**', actions: ['pull'] }];
    const created = await as('olga').send('post', 'robots', { name: 'ci', grants });
    const { id, token } = created.body as { id: string; token: string };
    const robot = new ApiClient(guarded.registry, bearer(token));
    expect((await robot.get('me')).body).toMatchObject({ name: `robot:${id}`, robot: true });
    expect((await as('olga').get('robots')).body.robots).toMatchObject([
      { id, name: 'ci', createdBy: 'olga', grants, expired: false },
    ]);
    expect(JSON.stringify((await as('olga').get('robots')).body)).not.toContain(token);
    expect((await as('olga').send('delete', `robots/${id}`)).status).toBe(204);
    expect((await robot.get('me')).status).toBe(401);
    expect((await as('olga').send('delete', `robots/${id}`)).status).toBe(404);
  });

  it.each([
    [{ name: 'ci', grants: [{ repositories: 'Team/', actions: ['pull'] }] }],
    [{ name: 'ci', grants: [{ repositories: 'team/**', actions: ['fly'] }] }],
    [{ name: 'ci', grants: [] }],
    [{ grants: [{ repositories: 'team/**', actions: ['pull'] }] }],
    [{ name: 'ci', grants: [{ repositories: 'team/**', actions: ['pull'] }], expiresInDays: 0 }],
  ])('refuses the robot %j', async (robot) => {
    expect((await as('olga').send('post', 'robots', robot)).status).toBe(400);
  });

  it('tells each finding of an examination as soon as there is one', async () => {
    const { port } = guarded.registry.server.address() as AddressInfo;
    const { body } = await fetch(`http://127.0.0.1:${port}/api/v1/doctor`, {
      method: 'POST',
      headers: { Authorization: basic('olga'), 'Content-Type': 'application/json' },
      body: '{}',
    });
    const pieces: string[] = [];
    for await (const piece of body?.pipeThrough(new TextDecoderStream()) ?? []) pieces.push(piece);

    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces[0]).toMatch(/^\{"text":"/);
    expect(pieces[0]).not.toContain('healthy');
  });

  it('examines itself with the login of the request', async () => {
    const response = await as('olga').send('post', 'doctor', { leaveOut: ['push'] });
    expect(response.status).toBe(200);
    const lines = response.text.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(4);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ healthy: true });
    expect(response.text).not.toContain(passwordOf('olga'));
  });
});
