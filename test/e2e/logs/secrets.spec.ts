import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { basic, bearer, GuardedRegistry, passwordOf } from '../../support/access.js';
import { KeptLog } from '../../support/kept-log.js';
import { cookieFrom, openSession, OWN_PAGE } from '../../support/sessions.js';

const RULES = `
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
`;
const GUESS = 'guessed-password-17';
const COOKIE = 'cookie-value-23';
const UNKNOWN_TOKEN = 'nonsense.token.42';
const IN_URL = 'password-in-url-99';

let guarded: GuardedRegistry | undefined;
afterEach(() => guarded?.stop());

const http = () => {
  if (guarded === undefined) throw new Error('no registry is running');
  return guarded.registry.http;
};

interface Tokens {
  readonly token: string;
  readonly refresh_token?: string;
}

/** Logs in by a form, as docker does. */
async function form(fields: Readonly<Record<string, string>>, status: number): Promise<Tokens> {
  const response = await http().post('/v2/_token').type('form').send(fields).expect(status);
  return response.body as Tokens;
}

/** Logs in by all ways, right and wrong. Resolves to the secrets that were sent and received. */
async function logIn(registry: GuardedRegistry): Promise<string[]> {
  const { token: robot } = await registry.robots.create({
    grants: [{ repositories: '**', actions: ['pull'] }],
    expiresAt: undefined,
  });
  const headers = [
    basic('alice'),
    basic('alice', GUESS),
    basic('robot', robot),
    bearer(robot),
    bearer(UNKNOWN_TOKEN),
    bearer(await registry.token(basic('alice'), 'repository:team/app:pull,push')),
    `Unknown ${GUESS}`,
  ];
  // Before the others, because failed logins are slowed down.
  const login = { grant_type: 'password', username: 'alice', password: passwordOf('alice') };
  const tokens = await form(
    { ...login, access_type: 'offline', service: 'berth', client_id: 'docker' },
    200,
  );
  await form({ ...login, password: GUESS }, 401);
  const { refresh_token: refresh = '' } = tokens;
  const renewed = await form({ grant_type: 'refresh_token', refresh_token: refresh }, 200);
  for (const header of headers) {
    for (const path of ['/v2/', '/v2/_token', '/v2/team/app/manifests/1.0', '/v2/_catalog']) {
      await http()
        .get(path)
        .set({ Authorization: header, Cookie: `session=${COOKIE}` });
    }
    await http().put('/v2/team/app/manifests/1.0').set('Authorization', header).send('{}');
  }
  await openSession(registry.registry, 'alice', GUESS);
  const Cookie = cookieFrom(await openSession(registry.registry, 'alice'));
  await http().get('/api/v1/me').set({ Cookie }).expect(200);
  await http().post('/api/v1/robots').set({ Cookie }).expect(403);
  await http()
    .delete('/api/v1/session')
    .set({ ...OWN_PAGE, Cookie })
    .expect(204);
  await sendInUrl(registry.registry.port);
  const sent = headers.map((header) => header.split(' ')[1] ?? '');
  return [
    ...[passwordOf('alice'), GUESS, COOKIE, UNKNOWN_TOKEN, IN_URL, robot, ...sent],
    ...[tokens.token, refresh, renewed.token, Cookie.split('.')[1] ?? ''],
  ];
}

/** Sends credentials in a target of the absolute form. */
function sendInUrl(port: number): Promise<void> {
  const target = `http://alice:${IN_URL}@registry.example/v2/`;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').resume();
    socket.end(`GET ${target} HTTP/1.1\r\nHost: registry.example\r\nConnection: close\r\n\r\n`);
    socket.once('close', () => resolve());
  });
}

describe.each(['text', 'json'] as const)('the log and the audit log (%s)', (format) => {
  it('have no secret of any login, at the level debug and with pulls', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'berth-secrets-'));
    const audit = join(directory, 'audit.log');
    const log = KeptLog.open(format, 'debug');
    const settings = { REGISTRY_AUDIT_PULLS: 'on', REGISTRY_AUDIT_LOG: audit };
    guarded = await GuardedRegistry.start(['alice'], RULES, settings, {}, log);
    const secrets = await logIn(guarded);
    // Writes what is still waiting, and the counts of repeated lines.
    await guarded.registry.stop();
    const lines = [log.text, await readFile(audit, 'utf8')];
    await rm(directory, { recursive: true });
    guarded = await GuardedRegistry.start(['alice'], RULES);

    for (const text of lines) {
      expect(text).toContain('alice');
      expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    }
    expect(secrets.filter((secret) => secret.length < 8)).toEqual([]);
  });
});
