import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import { passwordOf, usersFile } from '../../support/access.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { withDirectory } from './storage-directory.js';

/** A process may go on with a session that another one has ended for two seconds. */
const ENDED_EVERYWHERE_MS = 2_200;

/** How many connections reach both workers, unless a coin falls on the same side 20 times. */
const CONNECTIONS = 20;

/** Resolves to the statuses of requests on connections of their own, which the workers share. */
async function statuses(server: ServerProcess, cookie: string): Promise<Set<number>> {
  const found = new Set<number>();
  for (let count = 0; count < CONNECTIONS; count++) {
    const headers = { cookie, connection: 'close' };
    found.add((await fetch(`${server.url}/api/v1/me`, { headers })).status);
  }
  return found;
}

async function logIn(server: ServerProcess): Promise<string> {
  const response = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'alice', password: passwordOf('alice') }),
  });
  expect(response.status).toBe(201);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

it('a session is known to all workers, and a logout and another password end it in all', async () => {
  await withDirectory(async (directory) => {
    const users = join(directory, 'users.htpasswd');
    await writeFile(users, await usersFile(['alice']));
    const server = await startServer({
      driver: 'filesystem',
      storagePath: join(directory, 'data'),
      environment: { REGISTRY_WORKERS: '2', REGISTRY_USERS_FILE: users },
    });
    try {
      const [first, second] = [await logIn(server), await logIn(server)];
      expect(await statuses(server, first)).toEqual(new Set([200]));

      const headers = { cookie: first, origin: server.url };
      const logout = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers });
      expect(logout.status).toBe(204);
      await delay(ENDED_EVERYWHERE_MS);
      expect(await statuses(server, first)).toEqual(new Set([401]));
      expect(await statuses(server, second)).toEqual(new Set([200]));

      // Another salt is another password.
      await writeFile(users, await usersFile(['alice']));
      await delay(ENDED_EVERYWHERE_MS);
      expect(await statuses(server, second)).toEqual(new Set([401]));
    } finally {
      await server.stop();
    }
  });
});
