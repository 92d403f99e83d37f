import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  EMPTY_JSON,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { basic, bearer, GuardedRegistry } from '../../support/access.js';

const RULES = `
rules:
  - { repositories: ['secret/**'], who: [owner], can: [pull, push, delete] }
  - { repositories: ['open/**'], who: [owner, guest], can: [pull, push, delete] }
  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
  - { repositories: ['public/**'], who: [owner], can: [push] }
`;

function pushTo({ registry }: GuardedRegistry, repository: string): Promise<BuiltImage> {
  return pushImage(registry.storage, repo(repository), { tags: ['1.0'] });
}

function layerOf({ layers }: BuiltImage): string {
  return Digest.of(layers[0] ?? EMPTY_JSON).toString();
}

describe.each(['basic', 'token'])('content that the caller may not read (%s)', (mode) => {
  let guarded: GuardedRegistry;
  let secret: BuiltImage;
  const owner = basic('owner');
  const guest = basic('guest');
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(['owner', 'guest'], RULES, { REGISTRY_AUTH: mode });
    secret = await push('secret/app');
    await push('public/app');
    await push('open/app');
  });
  afterAll(() => guarded.stop());

  const push = (repository: string) => pushTo(guarded, repository);
  const http = () => guarded.registry.http;

  it('cannot be mounted: the response is the same as for a missing blob', async () => {
    const digest = layerOf(secret);
    for (const query of [`mount=${digest}&from=secret/app`, `mount=${digest}`]) {
      const path = `/v2/open/mine/blobs/uploads/?${query}`;
      await http().post(path).set('Authorization', guest).expect(202);
      await http().head(`/v2/open/mine/blobs/${digest}`).set('Authorization', guest).expect(404);
      await http().post(path).set('Authorization', owner).expect(201);
      await http().delete(`/v2/open/mine/blobs/${digest}`).set('Authorization', owner).expect(202);
    }
  });

  it('can be mounted by a client that may pull it, also without naming the source', async () => {
    const digest = layerOf(await push('public/shared'));
    for (const query of [`mount=${digest}&from=public/shared`, `mount=${digest}`]) {
      const path = `/v2/open/theirs/blobs/uploads/?${query}`;
      await http().post(path).set('Authorization', guest).expect(201);
      await http()
        .delete(`/v2/open/theirs/blobs/${digest}`)
        .set('Authorization', guest)
        .expect(202);
    }
  });

  it('is on no page of the catalog', async () => {
    await push('secret/b');
    await push('secret/c');
    const list = async (authorization: string): Promise<string[]> => {
      const found: string[] = [];
      for (let path = '/v2/_catalog?n=1'; path !== '';) {
        const response = await http().get(path).set('Authorization', authorization).expect(200);
        found.push(...(response.body as { repositories: string[] }).repositories);
        path = /<([^>]+)>/.exec(response.headers['link'] ?? '')?.[1] ?? '';
      }
      return found;
    };
    expect(await list(owner)).toEqual(
      expect.arrayContaining(['secret/app', 'secret/b', 'secret/c']),
    );
    const seen = await list(guest);
    expect(seen).toEqual(expect.arrayContaining(['open/app', 'public/app']));
    expect(seen.filter((name) => name.startsWith('secret/'))).toEqual([]);
  });

  it('cannot be found by its digest through another repository', async () => {
    const blob = layerOf(secret);
    for (const path of [`blobs/${blob}`, `manifests/${secret.digest}`]) {
      await http().get(`/v2/open/app/${path}`).set('Authorization', guest).expect(404);
      await http().get(`/v2/secret/app/${path}`).set('Authorization', guest).expect(403);
      await http().get(`/v2/secret/never/${path}`).set('Authorization', guest).expect(403);
    }
  });

  it('cannot be found through referrers', async () => {
    const { storage } = guarded.registry;
    await pushBlob(storage, repo('secret/app'), EMPTY_JSON);
    await pushArtifact(storage, repo('secret/app'), secret.descriptor);
    const referrers = (repository: string, who: string) =>
      http().get(`/v2/${repository}/referrers/${secret.digest}`).set('Authorization', who);
    expect((await referrers('secret/app', owner)).body).toMatchObject({ manifests: [{}] });
    expect((await referrers('open/app', guest)).body).toMatchObject({ manifests: [] });
    await referrers('secret/app', guest).expect(403);
  });

  it('cannot be written to with the upload id of another user', async () => {
    const begun = await http().post('/v2/secret/app/blobs/uploads/').set('Authorization', owner);
    const id = String(begun.headers['docker-upload-uuid']);
    for (const method of ['get', 'patch', 'put', 'delete'] as const) {
      const path = (repository: string) =>
        `/v2/${repository}/blobs/uploads/${id}?digest=${layerOf(secret)}`;
      await http()[method](path('open/app')).set('Authorization', guest).expect(404);
      await http()[method](path('secret/app')).set('Authorization', guest).expect(403);
    }
    await http().get(`/v2/secret/app/blobs/uploads/${id}`).set('Authorization', owner).expect(204);
  });

  it('can be read by everyone if a rule allows it, but not changed', async () => {
    await http().get('/v2/public/app/manifests/1.0').expect(200);
    await http().delete('/v2/public/app/manifests/1.0').expect(401);
    await http().delete('/v2/public/app/manifests/1.0').set('Authorization', guest).expect(403);
  });
});

describe('a mount with a token for its target only', () => {
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(['owner', 'guest'], RULES);
  });
  afterAll(() => guarded.stop());

  it('gets one challenge for both repositories', async () => {
    const digest = layerOf(await pushTo(guarded, 'secret/app'));
    const mount = (token: string, from = '&from=secret/app') =>
      guarded.registry.http
        .post(`/v2/open/app/blobs/uploads/?mount=${digest}${from}`)
        .set('Authorization', bearer(token));
    const target = await guarded.token(basic('owner'), 'repository:open/app:pull,push');
    const response = await mount(target).expect(401);
    expect(response.text).toContain('"the token does not allow pull from secret/app: ');
    const { headers } = response;
    const [, scope = ''] = /scope="([^"]+)"/.exec(headers['www-authenticate'] ?? '') ?? [];
    expect(scope.split(' ')).toEqual([
      'repository:open/app:pull,push',
      'repository:secret/app:pull',
    ]);
    await mount(await guarded.token(basic('owner'), scope)).expect(201);
  });

  it('never names a repository that its user may not read', async () => {
    const secret = layerOf(await pushTo(guarded, 'secret/app'));
    for (const from of ['secret/app', 'secret/never']) {
      const token = await guarded.token(basic('guest'), 'repository:open/app:pull');
      const path = `/v2/open/app/blobs/uploads/?mount=${secret}&from=${from}`;
      const mounting = guarded.registry.http.post(path).set('Authorization', bearer(token));
      const { headers, text } = await mounting.expect(401);
      expect(text).toContain('"the token does not allow push to open/app: ');
      expect(JSON.stringify(headers) + text).not.toContain('secret');
    }
  });

  it('finds without a source only what the token covers, or what everybody may pull', async () => {
    const [secret, shared, other] = [
      layerOf(await pushTo(guarded, 'secret/app')),
      layerOf(await pushTo(guarded, 'public/app')),
      layerOf(await pushTo(guarded, 'open/other')),
    ];
    const statusOf = async (digest: string, ...scopes: string[]): Promise<number> => {
      const token = await guarded.token(basic('owner'), 'repository:open/app:pull,push', ...scopes);
      const path = `/v2/open/app/blobs/uploads/?mount=${digest}`;
      const response = await guarded.registry.http.post(path).set('Authorization', bearer(token));
      return response.status;
    };
    expect(await statusOf(secret)).toBe(202);
    expect(await statusOf(secret, 'repository:secret/app:push')).toBe(202);
    expect(await statusOf(other)).toBe(202);
    expect(await statusOf(shared)).toBe(201);
    expect(await statusOf(secret, 'repository:secret/app:pull')).toBe(201);
    expect(await statusOf(other, 'repository:open/other:pull')).toBe(201);
  });
});
