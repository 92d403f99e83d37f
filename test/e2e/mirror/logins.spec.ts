import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Response } from 'supertest';

import { pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { basic, bearer, GuardedRegistry } from '../../support/access.js';
import { KeptLog } from '../../support/kept-log.js';
import { MirrorsFile } from '../../support/mirrors.js';

const RULES = `
rules:
  - { repositories: ['docker.io/library/public'], who: [anonymous], can: [pull] }
  - { repositories: ['docker.io/**', 'team/**'], who: [alice], can: [pull, push] }
`;

const FILE = `
mirrors: [{ name: docker.io, url: 'https://registry-1.docker.io', offline: true }]
`;

/** More than the registry lets one client guess. */
const MANY = 30;

describe.each(['basic', 'token'])('the names of mirrors, with logins by %s', (mode) => {
  let mirrors: MirrorsFile;
  let guarded: GuardedRegistry;
  let log: KeptLog;
  let audit: string;
  beforeAll(async () => {
    mirrors = await MirrorsFile.write(FILE);
    log = KeptLog.open('json', 'debug');
    audit = join(mirrors.directory, 'audit.jsonl');
    const settings = {
      ...mirrors.environment,
      REGISTRY_AUTH: mode,
      REGISTRY_AUDIT_LOG: audit,
      REGISTRY_AUDIT_PULLS: 'on',
    };
    guarded = await GuardedRegistry.start(['alice', 'bob'], RULES, settings, {}, log);
    const { storage } = guarded.registry;
    for (const name of ['library/public', 'library/secret', 'acme/app']) {
      await pushImage(storage, repo(`docker.io/${name}`), { tags: ['1'] });
    }
  });
  afterAll(async () => {
    await guarded.stop();
    await mirrors.remove();
  });

  const get = (path: string, authorization?: string): Promise<Response> => {
    const request = guarded.registry.http.get(path);
    if (authorization !== undefined) void request.set('Authorization', authorization);
    return request.then((response) => response);
  };
  /** Logs in as a client does that requests these scopes. */
  const login = async (...scopes: string[]): Promise<string> =>
    mode === 'basic' ? basic('alice') : bearer(await guarded.token(basic('alice'), ...scopes));

  it.each([
    ['/v2/docker.io/acme/app/manifests/1', 'docker.io/acme/app'],
    ['/v2/acme/app/manifests/1?ns=docker.io', 'docker.io/acme/app'],
    ['/v2/docker.io/secret/manifests/1', 'docker.io/library/secret'],
  ])('are asked for at %s by the one name that rules are about', async (path, name) => {
    const { status, headers } = await get(path);
    expect(status).toBe(401);
    const challenge = String(headers['www-authenticate']);
    if (mode === 'token') expect(challenge).toContain(`scope="repository:${name}:pull"`);
    else expect(challenge).toContain('Basic');
  });

  it('are granted to a client that requests the scope of its own name, too', async () => {
    const authorization = await login(
      'repository:docker.io/acme/app:pull',
      'repository:acme/app:pull',
    );
    expect((await get('/v2/acme/app/manifests/1?ns=docker.io', authorization)).status).toBe(200);
  });

  it('are granted to a client that requests only the scope of the name that a person typed', async () => {
    const authorization = await login('repository:docker.io/secret:pull');
    expect((await get('/v2/docker.io/secret/manifests/1', authorization)).status).toBe(200);
  });

  it('say nothing of what exists to a login without the right to pull', async () => {
    const scope = 'repository:docker.io/acme/app:pull';
    const authorization =
      mode === 'basic' ? basic('bob') : bearer(await guarded.token(basic('bob'), scope));
    const stored = await get('/v2/docker.io/acme/app/manifests/1', authorization);
    const other = await get('/v2/docker.io/acme/app/manifests/2', authorization);
    expect([401, 403]).toContain(stored.status);
    expect([other.status, other.text]).toEqual([stored.status, stored.text]);
  });

  it('never lead to a challenge at the root of a mirror', async () => {
    for (const path of ['/docker.io/v2/', '/docker.io/v2/public/manifests/1']) {
      const { status, headers } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['www-authenticate']).toBeUndefined();
    }
  });

  it('hide at the root of a mirror what anonymous may not pull, whether it exists or not', async () => {
    const paths = ['secret/manifests/1', 'secret/manifests/2', 'acme/none/manifests/1'];
    const answers = await Promise.all(paths.map((path) => get(`/docker.io/v2/${path}`)));
    for (const { status, headers, text } of answers) {
      expect(status).toBe(404);
      expect(headers['www-authenticate']).toBeUndefined();
      expect(text).toBe(answers[0]?.text);
    }
    const removed = await guarded.registry.http.delete('/docker.io/v2/secret/manifests/1');
    expect(removed.status).toBe(404);
  });

  it('do not give rights to a login that comes to the root of a mirror all the same', async () => {
    const { status } = await get('/docker.io/v2/secret/manifests/1', basic('alice'));
    expect(status).toBe(404);
  });

  it('do not read, count or log a password of another registry at the root of a mirror', async () => {
    for (let count = 0; count < MANY; count++) {
      const password = basic('alice', 'password-of-hub');
      expect((await get('/docker.io/v2/public/manifests/1', password)).status).toBe(200);
    }
    const other = bearer('token-of-hub');
    expect((await get('/docker.io/v2/public/manifests/1', other)).status).toBe(200);
    // The password of alice was not guessed, so she can log in.
    expect((await get('/v2/', basic('alice'))).status).toBe(200);
    const lines = (await log.objects('Requests', MANY)).filter(({ target, msg = target }) =>
      String(msg).includes('/docker.io/v2/public'),
    );
    expect(lines.length).toBeGreaterThanOrEqual(MANY);
    for (const line of lines) expect(line).not.toHaveProperty('who');
    const ofRoots = (await readFile(audit, 'utf8'))
      .split('\n')
      .filter((line) => line.includes('/docker.io/v2/public'));
    expect(ofRoots.length).toBeGreaterThan(0);
    for (const line of ofRoots) expect(JSON.parse(line)).toMatchObject({ who: null });
  });

  it('are those of the logs, beside what the client sent', async () => {
    await get('/docker.io/v2/public/manifests/1');
    const lines = (await log.objects('Requests', 1)).filter(
      ({ msg, message = msg }) => message === 'GET /docker.io/v2/public/manifests/1',
    );
    expect(lines.at(-1)).toMatchObject({ repository: 'docker.io/library/public' });
  });

  it('are refused to pushes with the reason, before a login is asked for', async () => {
    const path = '/v2/docker.io/acme/app/blobs/uploads/';
    const authorization = await login('repository:docker.io/acme/app:pull,push');
    for (const request of [
      guarded.registry.http.post(path),
      guarded.registry.http.post(path).set('Authorization', authorization),
    ]) {
      const { text } = await request.expect(403);
      expect(text).toContain('docker.io is a mirror; push to another name');
    }
    const own = await login('repository:team/app:pull,push');
    await guarded.registry.http
      .post('/v2/team/app/blobs/uploads/')
      .set('Authorization', own)
      .expect(202);
  });
});
