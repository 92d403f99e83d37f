import { readFile } from 'node:fs/promises';

import { createBerthClient, type ClientOptions } from '../../api/client/berth-client.js';
import { type Texts } from '../../config/setting.js';
import { PlainFailure } from '../plain-failure.js';
import { readPassword } from '../read-password.js';
import { dockerLogin } from './docker-config.js';
import { exchangeToken } from './identity-token.js';
import { type Login } from './login.js';
import { nodeFetch } from './node-fetch.js';
import { type Target } from './target.js';

/** Where a registry is, and who asks. */
export interface RegistryPlace {
  readonly url: URL;
  readonly username: string | undefined;
  readonly caFile: string | undefined;
  readonly agent: string;
}

/** Opens a running registry, with the login of the options or of docker. @throws PlainFailure */
export async function openRegistryTarget(
  { url, username, caFile, agent }: RegistryPlace,
  environment: Texts,
): Promise<Target> {
  const login = await loginFor(url, username, environment);
  const ca = caFile === undefined ? undefined : await readCa(caFile);
  const { fetch, close } = nodeFetch({ agent, ...(ca !== undefined && { ca }) });
  const credentials = await credentialsOf(url, login, fetch);
  const client = createBerthClient({ url: url.href, fetch, ...credentials });
  return { client, host: url.host, storage: undefined, close: async () => close() };
}

async function loginFor(
  { host }: URL,
  username: string | undefined,
  environment: Texts,
): Promise<Login> {
  if (username === undefined) return dockerLogin(host, environment);
  const { BERTH_PASSWORD: password } = environment;
  return { name: username, password: password ?? (await readPassword(username)) };
}

async function credentialsOf(
  url: URL,
  login: Login,
  fetch: NonNullable<ClientOptions['fetch']>,
): Promise<ClientOptions> {
  if (login === undefined) return {};
  if ('token' in login) return { token: login.token };
  if ('identityToken' in login) {
    return { token: await exchangeToken(url, login.identityToken, fetch) };
  }
  return { login };
}

async function readCa(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new PlainFailure(`--ca-file: ${(error as Error).message}`, { cause: error });
  }
}
