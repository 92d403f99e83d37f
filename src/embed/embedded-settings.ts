import { authModeOf } from '../access/guard/auth-mode.js';
import {
  InvalidSettings,
  loadSettings,
  unknownVariables,
  type Settings,
} from '../config/settings.js';
import { InvalidOptions, type LoginOptions, type RegistryOptions } from './options.js';
import { isDriver, isOwnAccess } from './option-guards.js';

const LOGIN_SETTINGS = {
  auth: 'REGISTRY_AUTH',
  usersFile: 'REGISTRY_USERS_FILE',
  accessFile: 'REGISTRY_ACCESS_FILE',
  oidcIssuer: 'REGISTRY_OIDC_ISSUER',
  oidcAudience: 'REGISTRY_OIDC_AUDIENCE',
  oidcNameClaim: 'REGISTRY_OIDC_NAME_CLAIM',
  oidcGroups: 'REGISTRY_OIDC_GROUPS',
} as const satisfies Record<keyof LoginOptions, string>;

/** The settings that have no use among `settings`, and why. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'that is up to the host, which listens': [
    'REGISTRY_HOST',
    'REGISTRY_PORT',
    'REGISTRY_WORKERS',
    'REGISTRY_TLS_CERT',
    'REGISTRY_TLS_KEY',
    'REGISTRY_TLS_CLIENT_CA',
  ],
  'the option storage says it': [
    'REGISTRY_STORAGE_DRIVER',
    'REGISTRY_STORAGE_PATH',
    'REGISTRY_STORAGE_FSYNC',
    'REGISTRY_MEMORY_MAX_BYTES',
  ],
  'the option access says it': Object.values(LOGIN_SETTINGS),
};

/** The settings that options come to. @throws InvalidOptions */
export function settingsOf({ storage, access, settings = {} }: RegistryOptions): Settings {
  refuseUseless(Object.keys(settings));
  const [unknown] = unknownVariables(settings);
  if (unknown !== undefined) throw new InvalidOptions(`settings.${unknown} is not a setting`);
  try {
    const said = { ...settings, ...storageSettings(storage), ...loginSettings(access) };
    const read = loadSettings(said);
    if (authModeOf(read) === 'none') refuseLoginsOfNobody(access);
    return read;
  } catch (error) {
    throw error instanceof InvalidSettings ? new InvalidOptions(error.message) : error;
  }
}

/** A variable that is not set, where the users file should be, must not mean that everybody may do everything. */
function refuseLoginsOfNobody(access: RegistryOptions['access']): void {
  if (access === undefined || access === 'none' || isOwnAccess(access)) return;
  if (access.auth === 'none') return;
  throw new InvalidOptions(
    "access names nobody who could log in, so everybody may do everything: where that is meant, access: 'none' says so",
  );
}

function refuseUseless(names: readonly string[]): void {
  for (const name of names) {
    if (!name.startsWith('REGISTRY_'))
      throw new InvalidOptions(`settings.${name} is not a setting`);
    const [reason] = Object.entries(ELSEWHERE).find(([, those]) => those.includes(name)) ?? [];
    if (reason !== undefined) throw new InvalidOptions(`settings.${name} has no use: ${reason}`);
  }
}

function storageSettings(storage: RegistryOptions['storage']): Record<string, string> {
  // What the registry keeps besides images, such as keys, is in memory where it does not know the storage.
  if (!isDriver(storage)) return { REGISTRY_STORAGE_DRIVER: 'memory' };
  const driver = { REGISTRY_STORAGE_DRIVER: storage.driver };
  return storage.driver === 'memory'
    ? given({ ...driver, REGISTRY_MEMORY_MAX_BYTES: storage.maxBytes })
    : given({
        ...driver,
        REGISTRY_STORAGE_PATH: storage.path,
        REGISTRY_STORAGE_FSYNC: storage.fsync,
      });
}

function loginSettings(access: RegistryOptions['access']): Record<string, string> {
  if (access === undefined || access === 'none' || isOwnAccess(access)) return {};
  const variables: Readonly<Record<string, string>> = LOGIN_SETTINGS;
  const pairs = Object.entries(access).map(([name, value]) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (variable === undefined) throw new InvalidOptions(`access.${name} is no option`);
    return [variable, value] as const;
  });
  return given(Object.fromEntries(pairs));
}

/** As the environment would have it. */
function given(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
}
