import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type components } from '../../../src/api/client/schema.js';
import { basic, bearer, GuardedRegistry } from '../../support/access.js';
import { ApiClient } from '../../support/api.js';
import { describeRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const RULES = `
groups:
  builders: [bob]
  visitors: external
admins: [olga]
rules:
  - { repositories: ['**'], who: [olga], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [group:builders], can: [pull, push] }
  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
`;

const BUILDERS = 'rule at line 8 of access.yaml: group:builders can pull, push in team/**';
const EVERYBODY = 'rule at line 9 of access.yaml: anonymous can pull in public/**';

describeRegistry('the rights of a registry without logins', (registry) => {
  const api = () => new ApiClient(registry());

  it('are everything, for everybody', async () => {
    const because = 'there are no logins: everybody may do everything';
    const right = { repositories: '**', actions: ['pull', 'push', 'delete'], because };
    expect((await api().get('access/own')).body).toEqual({ rights: [right] });
  });

  it('have neither files nor people', async () => {
    expect((await api().get('access/rules')).body).toMatchObject({ files: [], rules: [] });
    expect((await api().get('access/matrix')).body).toEqual({
      people: [],
      morePeople: 0,
      repositories: [],
    });
  });
});

describe('the rights of a registry with rules', () => {
  let guarded: GuardedRegistry;
  const names = ['olga', 'bob', ...Array.from({ length: 9 }, (_, at) => `person-${at}`)];
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(names, RULES);
    for (const repository of ['public/tool', 'secret/plan', 'team/app']) {
      await pushTag(guarded, repository);
    }
  });
  afterAll(() => guarded.stop());

  const as = (name?: string) =>
    new ApiClient(guarded.registry, name === undefined ? undefined : basic(name));

  it('are shown to their owner with the rules', async () => {
    expect((await as('bob').get('access/own')).body).toEqual({
      rights: [
        { repositories: 'team/**', actions: ['pull', 'push'], because: BUILDERS },
        { repositories: 'public/**', actions: ['pull'], because: EVERYBODY },
      ],
    });
    expect((await as().get('access/own')).body.rights).toHaveLength(1);
  });

  it('of a robot are its grants', async () => {
    const grants = [{ repositories: 'team/app', actions: ['pull' as const] }];
    const { token } = await guarded.robots.create({ grants, expiresAt: undefined });
    const robot = new ApiClient(guarded.registry, bearer(token));
    expect((await robot.get('access/own')).body.rights).toMatchObject(grants);
  });

  it.each(['rules', 'matrix'])('are kept from others than administrators: %s', async (path) => {
    expect((await as('bob').get(`access/${path}`)).status).toBe(403);
    expect((await as().get(`access/${path}`)).status).toBe(401);
  });

  it('are shown to administrators as people and repositories', async () => {
    const { people, morePeople, repositories } = (await as('olga').get('access/matrix'))
      .body as Matrix;
    expect(people.slice(0, 3)).toEqual([
      { name: 'anonymous', admin: false },
      { name: 'olga', admin: true },
      { name: 'bob', admin: false },
    ]);
    expect(morePeople).toBe(4);
    expect(repositories.map(({ repository }) => repository)).toEqual([
      'public/tool',
      'secret/plan',
      'team/app',
    ]);
    expect(repositories[1]?.rights.slice(0, 3)).toEqual([
      { actions: [], because: [] },
      expect.objectContaining({ actions: ['pull', 'push', 'delete'] }),
      { actions: [], because: [] },
    ]);
    expect(repositories[2]?.rights[2]).toEqual({ actions: ['pull', 'push'], because: [BUILDERS] });
  });

  it('are found by parts of names', async () => {
    const body = (await as('olga').get('access/matrix?person=bo&q=team&limit=1')).body as Matrix;
    expect(body).toMatchObject({
      people: [{ name: 'bob' }],
      morePeople: 0,
      repositories: [{ repository: 'team/app' }],
    });
  });

  it('come with their rules, and with what is wrong with the files', async () => {
    const rules = async (): Promise<Rules> => (await as('olga').get('access/rules')).body as Rules;
    const before = await rules();
    expect(before).toMatchObject({
      files: [{ holds: 'users' }, { holds: 'rules', path: join(guarded.directory, 'access.yaml') }],
      admins: ['olga'],
      groups: [{ name: 'builders', members: ['bob'] }, { name: 'visitors' }],
    });
    expect(before.rules[1]).toEqual({
      line: 8,
      repositories: ['team/**'],
      who: ['group:builders'],
      can: ['pull', 'push'],
    });
    expect(before.files[1]?.problem).toBeUndefined();
    await writeFile(join(guarded.directory, 'access.yaml'), 'rules: nonsense\n');
    const problem = async (): Promise<unknown> => (await rules()).files[1]?.problem;
    await until(async () => (await problem()) !== undefined);
    expect(await problem()).toContain('access.yaml:1');
    expect((await rules()).rules).toEqual(before.rules);
  });
});

type Matrix = components['schemas']['Matrix'];
type Rules = components['schemas']['Rules'];

async function pushTag({ registry }: GuardedRegistry, repository: string): Promise<void> {
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [],
  };
  await registry.http
    .put(`/v2/${repository}/manifests/1.0`)
    .set('Authorization', basic('olga'))
    .set('Content-Type', manifest.mediaType)
    .send(JSON.stringify(manifest))
    .expect(201);
}
