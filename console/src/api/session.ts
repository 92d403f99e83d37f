import { problemOf } from '../../../src/api/client/api-problem.js';
import { api, dataOf, REGISTRY_URL, type components } from './client.js';
import { fetchWhole } from './fetch-whole.js';
import { endLogin } from './login-needed.js';
import { queryClient, useAnswer } from './queries.js';

/** Who looks at the page, and what they may do. */
export interface Session {
  /** The login, if there is one. */
  readonly name: string | undefined;
  readonly isAdmin: boolean;
  /** Whether the registry has logins. One without them lets everybody do everything. */
  readonly hasLogins: boolean;
  readonly isReadOnly: boolean;
}

type Me = components['schemas']['Me'];

/** Returns who looks at the page. Before that is known, it is somebody who may do nothing. */
export function useSession(): Session {
  const { data } = useAnswer(['me'], (signal) => dataOf(api.GET('/api/v1/me', { signal })));
  return sessionOf(data);
}

function sessionOf(me: Me | undefined): Session {
  return {
    name: me?.name,
    isAdmin: me?.admin ?? false,
    hasLogins: me !== undefined && (me.name !== undefined || !me.admin),
    isReadOnly: me?.readOnly ?? false,
  };
}

/** Returns what the caller may do in a repository. It costs a request: ask when a menu of actions opens. */
export function useRights(
  repository: string,
  enabled = true,
): components['schemas']['Access'] | undefined {
  const { data } = useAnswer(
    ['access', repository],
    (signal) => dataOf(api.GET('/api/v1/access', { params: { query: { repository } }, signal })),
    { enabled },
  );
  return data;
}

/** Logs in. The cookie of the answer is the session. @throws ApiProblem if the password is wrong */
export async function logIn(name: string, password: string): Promise<void> {
  await send('POST', { name, password });
  await startOver();
}

/** Logs out, here and in every other tab. */
export async function logOut(): Promise<void> {
  await send('DELETE');
  await startOver();
}

/** Drops what another login was allowed to see. */
async function startOver(): Promise<void> {
  endLogin();
  await queryClient.resetQueries();
}

async function send(method: string, body?: unknown): Promise<void> {
  const request = new Request(`${REGISTRY_URL}/api/v1/session`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await fetchWhole(request);
  if (!response.ok) throw problemOf(response, await response.json().catch(() => undefined));
}
