import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { GuardedRegistry, usersFile } from '../../support/access.js';
import { OpenIdIssuer } from '../../support/openid-issuer.js';
import { type TestRegistry } from '../../support/registry.js';
import {
  cookieFrom,
  openSession,
  OWN_PAGE,
  sessionCookie,
  sessionStatus,
} from '../../support/sessions.js';
import { until } from '../../support/until.js';

const RULES = `
rules:
  - { repositories: ['team/**'], who: [authenticated], can: [pull] }
`;

/** A process may go on with a session for two seconds after its end, and notices a changed file after a moment. */
const ENDED_WITHIN_MS = 3_000;

/** How long a login of these tests is valid that ends by itself. */
const SHORT_MS = 4_000;

/** The limit of a test that waits for that end. */
const ENDING_TEST_MS = 5 * SHORT_MS;

let issuer: OpenIdIssuer;
let guarded: GuardedRegistry;
/** Another worker on the same storage and the same users. */
let other: TestRegistry;
beforeAll(async () => {
  issuer = await OpenIdIssuer.start();
  guarded = await GuardedRegistry.start(['alice', 'bob', 'carol'], RULES, {
    REGISTRY_OIDC_ISSUER: issuer.url,
    REGISTRY_OIDC_AUDIENCE: 'registry.test',
    REGISTRY_OIDC_NAME_CLAIM: 'sub',
    REGISTRY_OIDC_REQUIRE: 'team:builders',
  });
  other = await guarded.startWorker();
});
afterAll(async () => {
  await guarded.stop();
  await issuer.stop();
});

async function expectEnded(registry: TestRegistry, cookie: string): Promise<void> {
  await until(async () => (await sessionStatus(registry, cookie)) !== 200, ENDED_WITHIN_MS);
  expect(await sessionStatus(registry, cookie)).toBe(401);
}

describe('a session ends', () => {
  it('with a logout, on all workers, and the browser forgets it', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    expect(await sessionStatus(other, cookie)).toBe(200);

    const request = guarded.registry.http.delete('/api/v1/session').set(OWN_PAGE);
    const response = await request.set('Cookie', cookie).expect(204);

    expect(String(response.headers['set-cookie'])).toMatch(/^berth-session-\d+=; Max-Age=0;/);
    expect(await sessionStatus(guarded.registry, cookie)).toBe(401);
    await expectEnded(other, cookie);
  });

  it('when the password changes, on all workers', async () => {
    const [bob, carol] = [
      await sessionCookie(guarded.registry, 'bob'),
      await sessionCookie(guarded.registry, 'carol'),
    ];
    const path = join(guarded.directory, 'users.htpasswd');
    const before = await readFile(path, 'utf8');
    const [, changed = ''] = (await usersFile(['x', 'x'])).split('\n');

    await writeFile(path, before.replace(/^bob:.*$/m, changed.replace(/^x:/, 'bob:')));
    await expectEnded(guarded.registry, bob);
    await expectEnded(other, bob);
    expect(await sessionStatus(other, carol)).toBe(200);

    await writeFile(path, before.replace(/^carol:.*\n/m, ''));
    await expectEnded(guarded.registry, carol);
    await expectEnded(other, carol);
    await writeFile(path, before);
  });

  it('when the operator removes the records of all sessions', async () => {
    const cookie = await sessionCookie(guarded.registry, 'alice');
    expect(await sessionStatus(other, cookie)).toBe(200);

    await rm(join(guarded.directory, 'data', 'auth', 'sessions'), { recursive: true });

    await expectEnded(other, cookie);
    await sessionCookie(guarded.registry, 'alice');
  });

  it('when the robot that opened it is revoked', async () => {
    const grants = [{ repositories: 'team/**', actions: ['pull'] as const }];
    const { id, token } = await guarded.robots.create({ grants, expiresAt: undefined });
    const response = await openSession(guarded.registry, 'ci', token);
    expect(response.body).toMatchObject({ name: `robot:${id}` });
    const cookie = cookieFrom(response);
    expect(await sessionStatus(other, cookie)).toBe(200);

    await guarded.robots.revoke(id);

    await expectEnded(guarded.registry, cookie);
    await expectEnded(other, cookie);
  });

  it(
    'with the OpenID Connect token that opened it, and not before',
    async () => {
      const exp = Math.floor((Date.now() + SHORT_MS) / 1_000);
      const token = await issuer.token({ exp, team: 'builders' });
      const response = await openSession(guarded.registry, 'ci', token);
      expect(response.body).toEqual({ name: 'oidc:job-1', until: new Date(exp * 1_000).toJSON() });
      const cookie = cookieFrom(response);
      expect(await sessionStatus(guarded.registry, cookie)).toBe(200);
      expect(await sessionStatus(other, cookie)).toBe(200);

      for (const registry of [guarded.registry, other]) {
        await until(async () => (await sessionStatus(registry, cookie)) !== 200, 2 * SHORT_MS);
        expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
        expect(await sessionStatus(registry, cookie)).toBe(401);
      }
    },
    ENDING_TEST_MS,
  );

  it(
    'when the robot that opened it expires, and not before',
    async () => {
      const grants = [{ repositories: 'team/**', actions: ['pull'] as const }];
      const expiresAt = Date.now() + SHORT_MS;
      const { token } = await guarded.robots.create({ grants, expiresAt });
      const cookie = cookieFrom(await openSession(guarded.registry, 'ci', token));
      expect(await sessionStatus(guarded.registry, cookie)).toBe(200);
      expect(await sessionStatus(other, cookie)).toBe(200);

      for (const registry of [guarded.registry, other]) {
        await until(async () => (await sessionStatus(registry, cookie)) !== 200, 2 * SHORT_MS);
        expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
        expect(await sessionStatus(registry, cookie)).toBe(401);
      }
    },
    ENDING_TEST_MS,
  );
});
