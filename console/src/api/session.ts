import { type Query, type UseQueryResult } from '@tanstack/react-query';

import { api, dataOf, type components } from './client.js';
import { fetchSession } from './early-session.js';
import { reconnectLive } from './live/live.js';
import { endLogin } from './login-needed.js';
import { askEarly, queryClient, useAnswer } from './queries.js';

/** Whether a person is logged in, which a registry says to everybody. */
export type LoginState = components['schemas']['LoginState'];

type Me = components['schemas']['Me'];

/** Who looks at the page, and what they may do. */
export interface Session {
  /** The login, if there is one. */
  readonly name: string | undefined;
  readonly isAdmin: boolean;
  /** Whether the registry has logins. One without them lets everybody do everything. */
  readonly hasLogins: boolean;
  readonly isReadOnly: boolean;
}

/** The answers that depend on who asks. */
const OTHERS = { predicate: ({ queryKey: [noun] }: Query) => noun !== 'session' };

const askLoginState = (signal: AbortSignal): Promise<LoginState> =>
  dataOf(api.GET('/api/v1/session', { signal, fetch: fetchSession }));

const askMe = (signal: AbortSignal): Promise<Me> => dataOf(api.GET('/api/v1/me', { signal }));

/** Asks who looks at the page, before anything is drawn. Resolves to whether they may use the API. */
export async function askWhoLooks(): Promise<boolean> {
  try {
    const { allowed } = await askEarly(['session'], askLoginState);
    // The page that needs an answer says what went wrong.
    if (allowed) askEarly(['me'], askMe).catch(() => undefined);
    return allowed;
  } catch {
    return false;
  }
}

/** Asks whether the person is logged in, and whether they may use the API. It comes first: a refused request is an error to a browser. */
export function useLoginState(): UseQueryResult<LoginState> {
  return useAnswer(['session'], askLoginState);
}

/** Asks who the caller is, once it is known that they may ask. */
export function useMe(): UseQueryResult<Me> {
  const { data: state } = useLoginState();
  return useAnswer(['me'], askMe, { enabled: state?.allowed === true });
}

/** Returns who looks at the page. Before that is known, it is somebody who may do nothing. */
export function useSession(): Session {
  const { data: state } = useLoginState();
  const { data: me } = useMe();
  return {
    name: state?.name,
    isAdmin: me?.admin ?? false,
    hasLogins: state?.logins ?? false,
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
  await dataOf(api.POST('/api/v1/session', { body: { name, password } }));
  await startOver();
}

/** Logs out, here and in every other tab. */
export async function logOut(): Promise<void> {
  // A request that is still on its way would arrive after the end of the session and be refused.
  await queryClient.cancelQueries(OTHERS);
  try {
    await dataOf(api.DELETE('/api/v1/session'));
  } catch (error) {
    void queryClient.invalidateQueries(OTHERS);
    throw error;
  }
  await startOver();
}

/** Drops what another login was allowed to see, and asks for it again as the person of now. */
async function startOver(): Promise<void> {
  await queryClient.refetchQueries({ queryKey: ['session'] });
  endLogin();
  reconnectLive();
  // Without a login most requests would fail, and the page gives way to the login.
  if (queryClient.getQueryData<LoginState>(['session'])?.allowed === true) {
    await queryClient.resetQueries(OTHERS);
  } else {
    queryClient.removeQueries(OTHERS);
  }
}
