import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LoggerService } from '@nestjs/common';
import { hash } from 'bcrypt';

import { RegistryError } from '../../../src/domain/errors.js';
import { type HostAccess, type HostCaller } from '../../../src/embed/host-access.js';
import { RegistryModule } from '../../../src/embed/registry.module.js';
import { Host } from './host.js';

interface Member extends HostCaller {
  readonly team: string;
}

/** Members with a session of the host may change repositories of their team; everybody may pull public ones. */
const bySession: HostAccess<Member> = {
  authenticate: async ({ headers }) => {
    await Promise.resolve();
    if (headers.cookie === 'session=broken') throw new Error('the session store is away');
    if (headers.cookie === 'session=busy') throw new RegistryError('too-many-requests', 'later');
    return headers.cookie === 'session=5' ? { name: 'ann', team: 'blue' } : undefined;
  },
  decide: (member, repository, action) =>
    (action === 'pull' && repository.startsWith('public/')) ||
    (member !== undefined && repository.startsWith(`${member.team}/`)),
};

const ANN = { Cookie: 'session=5' };

describe('an access of the host’s own', () => {
  let host: Host;
  const callers: (string | undefined)[] = [];
  beforeAll(async () => {
    host = await Host.with({
      access: bySession,
      beforeManifestPublish: [({ caller }) => void callers.push(caller.name)],
    });
  });
  afterAll(() => host.close());

  it('allows what it decides', async () => {
    const { answer } = await host.push('blue/app', '1.0', { headers: ANN });

    expect(answer.status).toBe(201);
    expect(callers).toEqual(['ann']);
    await host.http.get('/v2/').set(ANN).expect(200);
    await host.http.get('/v2/blue/app/tags/list').set(ANN).expect(200);
    await host.http
      .get('/v2/_catalog')
      .set(ANN)
      .expect(200, { repositories: ['blue/app'] });
  });

  it('refuses the rest', async () => {
    await host.http.post('/v2/red/app/blobs/uploads/').set(ANN).expect(403);
    await host.http.post('/v2/public/app/blobs/uploads/').set(ANN).expect(403);
  });

  it('requires a login from anonymous clients where necessary', async () => {
    const answer = await host.http.get('/v2/blue/app/tags/list').expect(401);

    expect(answer.headers['www-authenticate']).toMatch(/^Basic /);
    await host.http.get('/v2/').expect(401);
    await host.http.get('/v2/public/app/tags/list').expect(404);
  });

  it('refuses an unknown login, also where no login is required', async () => {
    const login = { Authorization: `Basic ${Buffer.from('ann:wrong').toString('base64')}` };

    await host.http.get('/v2/public/app/tags/list').set(login).expect(401);
  });

  it('responds with 500 when it fails', async () => {
    const answer = await host.http.get('/v2/').set({ Cookie: 'session=broken' }).expect(500);

    expect(answer.text).not.toContain('session');
    await host.http.get('/v2/').set({ Cookie: 'session=busy' }).expect(429);
  });
});

describe('an access of the host’s own whose decision is not a boolean', () => {
  it.each<[string, () => unknown]>([
    ['a resolved promise', () => Promise.resolve(false)],
    ['a rejected promise', () => Promise.reject(new Error('the database is away'))],
    ['a string', () => 'no'],
    ['undefined', () => undefined],
  ])('allows nothing with %s', async (_title, say) => {
    const access = { authenticate: () => ({ name: 'ann' }), decide: () => say() as boolean };
    const host = await Host.with({ access });

    await host.http.post('/v2/team/app/blobs/uploads/').expect(500);
    await host.close();
  });
});

describe('the access of a registry in a host', () => {
  let folder: string;
  let host: Host;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-'));
    await writeFile(join(folder, 'users'), `ann:${await hash('secret', 4)}\n`);
  });
  afterEach(() => host.close());
  afterAll(() => rm(folder, { recursive: true }));

  it('can use a users file, with tokens below the path', async () => {
    host = await Host.with({ path: '/images', access: { usersFile: join(folder, 'users') } });

    const asked = await host.http.get('/images/v2/').set('Host', 'registry.test').expect(401);
    const token = await host.http.get('/images/v2/_token').auth('ann', 'secret').expect(200);

    expect(asked.headers['www-authenticate']).toContain(
      'Bearer realm="http://registry.test/images/v2/_token"',
    );
    const { token: bearer } = token.body as { token: string };
    await host.http.get('/images/v2/').auth(bearer, { type: 'bearer' }).expect(200);
  });

  it('leaves names to the host unless the settings list some, and never looks at the host’s paths', async () => {
    const rebound = { Host: 'evil.example', Origin: 'https://evil.example' };
    host = await Host.with();
    await host.http.get('/v2/').set('Host', rebound.Host).expect(200);
    await host.http.get('/v2/').set(rebound).expect(403);
    await host.http.get('/things').set(rebound).expect(200);
    await host.close();

    host = await Host.with({ settings: { server: { allowedHosts: ['*.example.com'] } } });
    await host.http.get('/v2/').set('Host', 'a.example.com').expect(200);
    await host.http.get('/v2/').set('Host', 'evil.example').expect(403);
    await host.http.get('/things').set(rebound).expect(200);
  });

  it('is anonymous by default, and the log warns about it', async () => {
    const warnings: string[] = [];
    const silent = () => undefined;
    const logger: LoggerService = {
      log: silent,
      error: silent,
      warn: (...words: unknown[]) => warnings.push(words.join(' ')),
    };
    host = await Host.of([RegistryModule.forRoot({ storage: { driver: 'memory' }, logger })]);

    expect(warnings).toEqual([expect.stringMatching(/overwrite and delete .* Berth\/Access$/)]);
    await host.http.get('/v2/').expect(200);
  });
});
