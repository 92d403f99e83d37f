import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { ApiProblem } from '../../../src/api/client/api-problem.js';
import { createBerthClient, dataOf } from '../../../src/api/client/berth-client.js';
import { GuardedRegistry, passwordOf } from '../../support/access.js';

const RULES = `
admins: [olga]
rules:
  - { repositories: ['**'], who: [olga], can: [pull] }
`;

describe('the client of the API', () => {
  let guarded: GuardedRegistry;
  let url: string;
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(['olga'], RULES);
    url = `http://127.0.0.1:${guarded.registry.port}`;
  });
  afterAll(() => guarded.stop());

  const login = { name: 'olga', password: passwordOf('olga') };

  it('logs in by name and password, or by a token', async () => {
    const byName = createBerthClient({ url: `${url}/`, login });
    expect(await dataOf(byName.GET('/api/v1/me'))).toMatchObject({ name: 'olga' });
    const grants = [{ repositories: '**', actions: ['pull' as const] }];
    const { token } = await dataOf(byName.POST('/api/v1/robots', { body: { name: 'ci', grants } }));
    const { robots } = await dataOf(byName.GET('/api/v1/robots'));
    // The types of openapi-fetch would not let this list be iterated.
    expect([...robots].map(({ name }) => name)).toEqual(['ci']);
    const byToken = createBerthClient({ url, token });
    expect(await dataOf(byToken.GET('/api/v1/me'))).toMatchObject({ robot: true });
  });

  it('throws the problem that the registry reports', async () => {
    const stranger = createBerthClient({ url });
    const failed = dataOf(stranger.GET('/api/v1/me'));
    await expect(failed).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    await expect(failed).rejects.toThrow(ApiProblem);
    const admin = createBerthClient({ url, login });
    const path = { id: 'none' };
    await expect(
      dataOf(admin.DELETE('/api/v1/robots/{id}', { params: { path } })),
    ).rejects.toMatchObject({ status: 404, code: 'robot-unknown', about: { id: 'none' } });
  });

  it('says when something else than the registry answered', async () => {
    const fetch = () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 }));
    const client = createBerthClient({ url, fetch });
    await expect(dataOf(client.GET('/api/v1/me'))).rejects.toMatchObject({
      status: 502,
      code: 'unknown',
    });
  });

  it('resolves to nothing for an answer without a body', async () => {
    const fetch = () => Promise.resolve(new Response(null, { status: 204 }));
    const client = createBerthClient({ url, fetch });
    const params = { path: { id: 'abc' } };
    expect(await dataOf(client.DELETE('/api/v1/robots/{id}', { params }))).toBeUndefined();
  });
});
