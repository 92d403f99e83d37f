import { setTimeout as delay } from 'node:timers/promises';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';

import { ExternalIssuer } from '../../../src/access/identity/external-issuer.js';
import { claims } from '../../../src/config/group-rules.js';
import { basic, bearer, GuardedRegistry } from '../../support/access.js';
import { OpenIdIssuer } from '../../support/openid-issuer.js';

/** How long a failed issuer is not contacted again. */
const PAUSE_MS = 50;

const GROUPS =
  'acme=repository_owner:acme,release=repository_owner:acme+ref:refs/heads/main,groups';
const RULES = `
groups:
  acme: external
  release: external
  admins: external
  humans: [alice]
rules:
  - { repositories: ['team/**'], who: [group:acme], can: [pull] }
  - { repositories: ['team/**'], who: [group:release], can: [push] }
  - { repositories: ['team/**'], who: [group:admins], can: [delete] }
  - { repositories: ['named/**'], who: ['oidc:acme/app'], can: [pull] }
  - { repositories: ['human/**'], who: [group:humans, alice], can: [pull] }
`;

const ACME = { repository: 'acme/app', repository_owner: 'acme' };

describe.each(['basic', 'token'])('tokens of an external issuer (%s)', (mode) => {
  let issuer: OpenIdIssuer;
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    issuer = await OpenIdIssuer.start();
    guarded = await GuardedRegistry.start(['alice'], RULES, {
      REGISTRY_AUTH: mode,
      REGISTRY_OIDC_ISSUER: issuer.url,
      REGISTRY_OIDC_AUDIENCE: 'registry.test',
      REGISTRY_OIDC_NAME_CLAIM: 'repository',
      REGISTRY_OIDC_GROUPS: GROUPS,
    });
  });
  afterAll(async () => {
    await guarded.stop();
    await issuer.stop();
  });

  /** Resolves to the status of a request with the token as the password, under any name. */
  async function statusOf(method: 'get' | 'post' | 'delete', path: string, token: string) {
    const request = guarded.registry.http[method](`/v2/${path}`);
    return (await request.set('Authorization', basic('ci', token))).status;
  }
  const pulls = (repository: string, token: string) =>
    statusOf('get', `${repository}/tags/list`, token);

  it('log in with the name and the groups from their claims', async () => {
    const pull = await issuer.token(ACME);
    expect(await pulls('team/app', pull)).toBe(404);
    expect(await pulls('named/app', pull)).toBe(404);
    expect(await statusOf('post', 'team/app/blobs/uploads/', pull)).toBe(403);
    const push = await issuer.token({ ...ACME, ref: 'refs/heads/main' });
    expect(await statusOf('post', 'team/app/blobs/uploads/', push)).toBe(202);
    expect(await statusOf('delete', 'team/app/manifests/1.0', push)).toBe(403);
    const stranger = { repository: 'evil/app', repository_owner: 'evil', ref: 'refs/heads/main' };
    const foreign = await issuer.token(stranger);
    expect(await statusOf('post', 'team/app/blobs/uploads/', foreign)).toBe(403);
    const admin = await issuer.token({ ...ACME, groups: ['users', 'admins'] });
    expect(await statusOf('delete', 'team/app/manifests/1.0', admin)).toBe(404);
  });

  it('never get the rights of a local user or local group', async () => {
    const token = await issuer.token({ repository: 'alice', groups: ['humans'] });
    expect(await pulls('human/app', token)).toBe(403);
    expect(await pulls('named/app', await issuer.token({ repository: 'acme/other' }))).toBe(403);
  });

  it.each([
    ['for another audience', { ...ACME, aud: 'registry.other' }],
    ['without an audience', { ...ACME, aud: undefined }],
    ['that have expired', { ...ACME, exp: Math.floor(Date.now() / 1_000) - 60 }],
    ['that do not expire', { ...ACME, exp: undefined }],
    ['that are not valid yet', { ...ACME, nbf: Math.floor(Date.now() / 1_000) + 600 }],
    ['without the claim of the name', { repository_owner: 'acme' }],
    ['whose name is empty', { ...ACME, repository: '' }],
    ['whose name is not a string', { ...ACME, repository: 7 }],
    ['of another issuer', { ...ACME, iss: 'http://127.0.0.1:1' }],
  ])('do not log in: tokens %s', async (_, claims) => {
    expect(await pulls('team/app', await issuer.token(claims))).toBe(401);
  });

  it('do not log in if another issuer signed them', async () => {
    const stranger = await OpenIdIssuer.start();
    expect(await pulls('team/app', await stranger.token({ ...ACME, iss: issuer.url }))).toBe(401);
    await stranger.stop();
  });

  it('are accepted as bearer tokens only where tokens are in use', async () => {
    const token = await issuer.token(ACME);
    const path = '/v2/team/app/tags/list';
    const { status } = await guarded.registry.http.get(path).set('Authorization', bearer(token));
    expect(status).toBe(mode === 'token' ? 404 : 401);
  });
});

describe('the required claims of an external issuer', () => {
  const parse = (text: string) => claims.parse(text);
  let issuer: OpenIdIssuer;
  let said: string[];
  beforeEach(async () => {
    issuer = await OpenIdIssuer.start();
    said = [];
  });
  afterEach(() => issuer.stop());

  async function logsIn(required: string, payload: object): Promise<boolean> {
    const options = { issuer: issuer.url, audience: 'registry.test', nameClaim: 'sub', groups: [] };
    const require = parse(required) ?? [];
    const external = new ExternalIssuer({ ...options, require }, (line) => said.push(line));
    return (await external.verify(await issuer.token({ ...payload }))) !== undefined;
  }

  it.each([
    ['owner:acme', { owner: 'acme' }],
    ['owner:acme', { owner: ['users', 'acme'] }],
    ['owner_id:7+verified:true', { owner_id: 7, verified: true }],
    ['url:https://a:1/b', { url: 'https://a:1/b' }],
  ])('%s are met by %j', async (required, payload) => {
    expect(await logsIn(required, payload)).toBe(true);
  });

  it.each([
    ['owner:acme', {}],
    ['owner:acme', { owner: 'evil' }],
    ['owner:acme', { owner: { acme: true } }],
    ['owner:acme', { owner: 'acme ' }],
    ['owner:acme+ref:main', { owner: 'acme', ref: 'other' }],
    ['owner:null', { owner: null }],
    ['owner:undefined', {}],
  ])('%s are not met by %j, which is logged', async (required, payload) => {
    expect(await logsIn(required, payload)).toBe(false);
    expect(said).toEqual([expect.stringMatching(/is refused: its claim \w+ is not \w+$/)]);
  });
});

describe('the keys of an external issuer', () => {
  let issuer: OpenIdIssuer;
  let external: ExternalIssuer;
  let said: string[];
  beforeEach(async () => {
    issuer = await OpenIdIssuer.start();
    said = [];
    const options = {
      issuer: issuer.url,
      audience: 'registry.test',
      nameClaim: 'sub',
      require: [],
      groups: [],
    };
    external = new ExternalIssuer(options, (line) => said.push(line), PAUSE_MS);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await issuer.stop();
  });

  const nameIn = async (token: string) => (await external.verify(token))?.name;
  const passTime = (seconds: number) =>
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + seconds * 1_000);

  it('are fetched once for many tokens', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => issuer.token()));
    const names = await Promise.all(tokens.map(nameIn));
    expect(new Set(names)).toEqual(new Set(['oidc:job-1']));
    expect(issuer.asked).toBe(1);
  });

  it('are fetched again for an unknown key, but not for each token with an unknown key', async () => {
    expect(await nameIn(await issuer.token())).toBe('oidc:job-1');
    const old = await issuer.token();
    await issuer.rotate();
    const fresh = await issuer.token();
    for (let count = 0; count < 5; count++) expect(await nameIn(fresh)).toBeUndefined();
    expect(issuer.asked).toBe(1);
    passTime(31);
    expect(await nameIn(fresh)).toBe('oidc:job-1');
    expect(await nameIn(old)).toBeUndefined();
    expect(issuer.asked).toBe(2);
    expect(said).toEqual([]);
  });

  it('cannot be fetched while the issuer is down, which is logged, and are fetched afterwards', async () => {
    const token = await issuer.token();
    await issuer.stop();
    expect(await nameIn(token)).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(`^the keys of ${issuer.url} cannot be fetched: .*ECONNREFUSED`),
    ]);
    await issuer.listen();
    await delay(2 * PAUSE_MS);
    expect(await nameIn(token)).toBe('oidc:job-1');
  });

  it('stay valid for a while after the issuer goes down', async () => {
    expect(await nameIn(await issuer.token())).toBe('oidc:job-1');
    const token = await issuer.token();
    await issuer.stop();
    expect(await nameIn(token)).toBe('oidc:job-1');
  });

  it.each([
    ['fails', { status: 500, body: 'no' }],
    ['responds with something else', { status: 200, body: '<html>' }],
    ['returns invalid keys', { status: 200, body: '{"keys": "none"}' }],
  ])('cannot be fetched from an issuer that %s, which is logged', async (_, failure) => {
    issuer.failure = failure;
    expect(await nameIn(await issuer.token())).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(`^the keys of ${issuer.url} cannot be fetched: `)]);
    issuer.failure = undefined;
    expect(await nameIn(await issuer.token())).toBe('oidc:job-1');
  });

  it('are not fetched for a token that names another issuer', async () => {
    expect(external.issued(await issuer.token({ iss: 'https://other.test' }))).toBe(false);
    expect(external.issued('a password')).toBe(false);
    expect(external.issued(await issuer.token())).toBe(true);
    expect(issuer.asked).toBe(0);
  });
});
