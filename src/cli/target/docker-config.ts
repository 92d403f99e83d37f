import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { type Texts } from '../../config/setting.js';
import { PlainFailure } from '../plain-failure.js';
import { askHelper } from './credential-helper.js';
import { type Login } from './login.js';

/** The parts of docker's config.json that have logins. */
interface DockerConfig {
  readonly auths?: Readonly<Record<string, unknown>>;
  readonly credsStore?: unknown;
  readonly credHelpers?: Readonly<Record<string, unknown>>;
}

/** What `docker login` stores for one registry without a helper. */
interface StoredLogin {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
  readonly identitytoken?: unknown;
  readonly registrytoken?: unknown;
}

/** Resolves to the login that `docker login` stored for a host, in its file or with its helper. @throws PlainFailure */
export async function dockerLogin(host: string, environment: Texts): Promise<Login> {
  const folder = environment['DOCKER_CONFIG'] ?? '';
  const path = join(folder === '' ? join(homedir(), '.docker') : folder, 'config.json');
  const config = await read(path);
  if (config === undefined) return undefined;
  const helper = config.credHelpers?.[host] ?? config.credsStore;
  if (typeof helper === 'string' && helper !== '') {
    const found = await askHelper({ name: helper, namedBy: path, environment }, host);
    if (found !== undefined) return found;
  }
  const key = Object.keys(config.auths ?? {}).find((name) => hostOf(name) === host);
  const stored = key === undefined ? undefined : config.auths?.[key];
  return loginOf(Object(stored) as StoredLogin, host, path);
}

/** Returns the host of a key, which older versions of docker wrote as a URL. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
}

async function read(path: string): Promise<DockerConfig | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new PlainFailure(`${path} cannot be read: ${message}`, { cause: error });
  }
  try {
    return Object(JSON.parse(text)) as DockerConfig;
  } catch (error) {
    throw new PlainFailure(`${path} is not valid JSON: log in again, or repair it`, {
      cause: error,
    });
  }
}

function loginOf(stored: StoredLogin, host: string, path: string): Login {
  const { auth, username, password, identitytoken, registrytoken } = stored;
  if (isText(registrytoken)) return { token: registrytoken };
  if (isText(identitytoken)) return { identityToken: identitytoken };
  if (isText(auth)) {
    const [, name, secret] = /^([^:]*):([^]*)$/.exec(decode(auth)) ?? [];
    if (name !== undefined && secret !== undefined) return { name, password: secret };
    throw new PlainFailure(`the login for ${host} in ${path} is damaged: log in again`);
  }
  return isText(username) && isText(password) ? { name: username, password } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Docker pads some values with NUL characters. */
function decode(auth: string): string {
  return Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
}
