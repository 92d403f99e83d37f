import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Cookie } from 'playwright-core';

import { hashPassword } from '../../../src/access/identity/password-hash.js';

/** People with their passwords, and the rules of the access file. */
export interface Guard {
  readonly passwords: Readonly<Record<string, string>>;
  readonly rules: string;
}

/** The least that bcrypt takes: tests log in often, and need no safe passwords. */
const COST = 4;

/** Writes the files of users and rules to a folder. Resolves to the settings that name them. */
export async function writeLogins(
  folder: string,
  { passwords, rules }: Guard,
): Promise<Readonly<Record<string, string>>> {
  const users = join(folder, 'users.htpasswd');
  const access = join(folder, 'access.yaml');
  const lines = Object.entries(passwords).map(
    async ([name, password]) => `${name}:${await hashPassword(password, COST)}\n`,
  );
  await writeFile(users, (await Promise.all(lines)).join(''), { mode: 0o600 });
  await writeFile(access, rules);
  return { REGISTRY_USERS_FILE: users, REGISTRY_ACCESS_FILE: access };
}

/** Logs in as the page does. Resolves to the cookie of the session, for a window of a browser. */
export async function openSession(
  url: string,
  name: string,
  password: string,
): Promise<Pick<Cookie, 'name' | 'value' | 'httpOnly' | 'sameSite'> & { readonly url: string }> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: new URL(url).origin },
    body: JSON.stringify({ name, password }),
  });
  if (!answer.ok) throw new Error(`${name} cannot log in: ${answer.status} ${await answer.text()}`);
  const [pair = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';');
  const [cookie = '', value = ''] = pair.split('=');
  return { name: cookie, value, url: `${url}/api/v1/`, httpOnly: true, sameSite: 'Strict' };
}
