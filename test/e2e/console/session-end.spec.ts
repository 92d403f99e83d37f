import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { GuardedRegistry, usersFile } from '../../support/access.js';
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

let guarded: GuardedRegistry;
/** Another worker on the same storage and the same users. */
let other: TestRegistry;
beforeAll(async () => {
  guarded = await GuardedRegistry.start(['alice', 'bob', 'carol'], RULES);
  other = await guarded.startWorker();
});
afterAll(() => guarded.stop());

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
});
