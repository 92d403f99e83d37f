import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';

import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { basic, bearer, passwordOf } from '../../support/access.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { withDirectory } from './storage-directory.js';

/** The bcrypt cost of a hash that takes about a quarter of a second, so that a few hundred hashes are noticed. */
const COST = 12;
const USERS = ['alice', 'bob', 'carol', 'dave'];
const WARM_UP = 400;
const PULLS = 1_000;
const AT_ONCE = 16;
const MANIFEST = '/v2/team/app/manifests/1.0';

/** Starts a registry that has an image index, and users with expensive password hashes. */
async function withServer(
  mode: string,
  use: (server: ServerProcess) => Promise<void>,
): Promise<void> {
  await withDirectory(async (storagePath) => {
    const users = join(storagePath, 'users.htpasswd');
    const hashes = await Promise.all(USERS.map((name) => bcrypt.hash(passwordOf(name), COST)));
    await writeFile(users, USERS.map((name, index) => `${name}:${hashes[index]}\n`).join(''));
    const environment = { REGISTRY_USERS_FILE: users, REGISTRY_AUTH: mode };
    const server = await startServer({ driver: 'memory', storagePath, environment });
    try {
      await push(server);
      await use(server);
    } finally {
      await server.stop();
    }
  });
}

async function push(server: ServerProcess): Promise<void> {
  const response = await fetch(server.url + MANIFEST, {
    method: 'PUT',
    headers: { Authorization: basic('alice'), 'Content-Type': OCI_INDEX },
    body: JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }),
  });
  expect(response.status).toBe(201);
}

async function get(server: ServerProcess, path: string, authorization: string): Promise<unknown> {
  const response = await fetch(server.url + path, { headers: { Authorization: authorization } });
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
  return body;
}

async function pullByPassword(server: ServerProcess, user: string): Promise<void> {
  await get(server, MANIFEST, basic(user));
}

/** Pulls like clients that keep no token: with a new token for each pull. */
async function pullByToken(server: ServerProcess, user: string): Promise<void> {
  const path = '/v2/_token?service=berth&scope=repository:team/app:pull';
  const { token } = (await get(server, path, basic(user))) as { token: string };
  await get(server, MANIFEST, bearer(token));
}

/** Pulls `count` times, by all users in turn, several at once. */
async function pullOften(pull: (user: string) => Promise<void>, count: number): Promise<void> {
  let begun = 0;
  const pullOn = async (): Promise<void> => {
    while (begun < count) await pull(USERS[begun++ % USERS.length] ?? '');
  };
  await Promise.all(Array.from({ length: AT_ONCE }, pullOn));
}

/** Returns the CPU seconds of a process, in all of its threads. Linux only. */
async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The fields after the name, which may contain spaces, begin with field 3. Fields 14 and 15 are
  // in hundredths.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

it.each([
  ['passwords', 'basic', pullByPassword],
  ['passwords in token mode', 'token', pullByPassword],
  ['tokens', 'token', pullByToken],
])('serves 500 pulls a second on one core, with %s', async (_, mode, pull) => {
  await withServer(mode, async (server) => {
    const pullAs = (user: string): Promise<void> => pull(server, user);
    await pullOften(pullAs, WARM_UP);
    const before = await processorTime(server.pid);
    await pullOften(pullAs, PULLS);
    const seconds = (await processorTime(server.pid)) - before;
    // Eight hashes would take about that long.
    expect(seconds).toBeLessThan(PULLS / 500);
  });
});
