import { type Response } from 'supertest';

import { passwordOf } from './access.js';
import { type TestRegistry } from './registry.js';

/** What a browser sends with a request of the registry's own page. */
export const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' } as const;

/** Logs in as the console does. */
export function openSession(
  { http }: TestRegistry,
  name: string,
  password = passwordOf(name),
): Promise<Response> {
  return Promise.resolve(http.post('/api/v1/session').set(OWN_PAGE).send({ name, password }));
}

/** Returns the cookie that a browser sends after a response, without its attributes. */
export function cookieFrom({ headers }: Response): string {
  const [cookie = ''] = headers['set-cookie'] as unknown as string[];
  return cookie.split(';')[0] ?? '';
}

/** Resolves to the status of a request that a page sends with its cookie. */
export async function sessionStatus(
  { http }: TestRegistry,
  cookie: string,
  path = '/api/v1/me',
): Promise<number> {
  return (await http.get(path).set(OWN_PAGE).set('Cookie', cookie)).status;
}

/** Logs in, and resolves to the cookie. */
export async function sessionCookie(registry: TestRegistry, name: string): Promise<string> {
  return cookieFrom(await openSession(registry, name));
}
