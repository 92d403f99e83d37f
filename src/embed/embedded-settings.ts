import { authModeOf } from '../access/guard/auth-mode.js';
import { rowsOf, type NamedValue, type SectionClass } from '../config/setting.js';
import {
  InvalidSettings,
  loadSettings,
  SECTIONS,
  unknownVariables,
  type SectionName,
  type Settings,
} from '../config/settings.js';
import { InvalidOptions, type RegistryOptions } from './options.js';
import { isDriver, isHostAccess } from './option-guards.js';

/** A setting that an option sets, by its variable. */
type Given = readonly [variable: string, NamedValue];

/** A host shows what it wants at its own address, unless its `settings` say otherwise. */
const CONSOLE_OFF: Given = [
  'REGISTRY_CONSOLE',
  { name: 'settings.REGISTRY_CONSOLE', value: 'off' },
];

/** The settings that `settings` does not accept, by the reason. */
const NOT_ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  'the host does the listening': [
    'REGISTRY_HOST',
    'REGISTRY_PORT',
    'REGISTRY_WORKERS',
    'REGISTRY_SHUTDOWN_DELAY',
    ...variablesOf('tls'),
  ],
  'use the option metrics': ['REGISTRY_METRICS'],
  'the logger of the host decides how lines look': ['REGISTRY_LOG_FORMAT'],
  'only a registry of its own process sends traces': ['REGISTRY_OTLP_ENDPOINT'],
  'use the option storage': [
    'REGISTRY_STORAGE_DRIVER',
    'REGISTRY_STORAGE_PATH',
    'REGISTRY_STORAGE_FSYNC',
    'REGISTRY_MEMORY_MAX_BYTES',
  ],
  'only the server keeps images in PostgreSQL': [
    'REGISTRY_DATABASE_URL',
    'REGISTRY_DATABASE_CONNECTIONS',
    'REGISTRY_OBJECTS',
    'REGISTRY_OBJECT_GRACE',
    'REGISTRY_S3_ENDPOINT',
    'REGISTRY_S3_REGION',
    'REGISTRY_S3_PATH_STYLE',
    'REGISTRY_S3_PUBLIC_ENDPOINT',
  ],
  'use the option access': variablesOf('auth'),
};

/** Returns the settings of the options. @throws InvalidOptions */
export function settingsOf({ storage, access, settings = {} }: RegistryOptions): Settings {
  const given = Object.entries(settings).flatMap(([name, value]) => givenBySetting(name, value));
  given.forEach(refuseNotAccepted);
  const all = [CONSOLE_OFF, ...given, ...givenByStorage(storage), ...givenByAccess(access)];
  try {
    const read = loadSettings({}, undefined, Object.fromEntries(all));
    if (authModeOf(read) === 'none') requireUsers(access);
    return read;
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    throw new InvalidOptions(error.message, { cause: error });
  }
}

/** Reads an entry of `settings`: a variable with its text, or a section with its values. */
function givenBySetting(name: string, value: unknown): Given[] {
  if (Object.hasOwn(SECTIONS, name)) return givenBySection(name as SectionName, value);
  const isVariable = name.startsWith('REGISTRY_') && unknownVariables({ [name]: '' }).length === 0;
  if (!isVariable) throw new InvalidOptions(`settings.${name} is not a setting`);
  return [[name, { name, value }]];
}

function givenBySection(name: SectionName, values: unknown): Given[] {
  if (typeof values !== 'object' || values === null) {
    throw new InvalidOptions(`settings.${name} is not an object with settings`);
  }
  const rows = rowsOf(SECTIONS[name]);
  const entries: [string, unknown][] = Object.entries(values);
  return entries.map(([property, value]) => {
    const row = rows.find((candidate) => candidate.property === property);
    const path = `settings.${name}.${property}`;
    if (row === undefined) throw new InvalidOptions(`${path} is not a setting`);
    return [row.variable, { name: path, value }];
  });
}

function refuseNotAccepted([variable, { name }]: Given): void {
  const [reason] = Object.entries(NOT_ACCEPTED).find(([, those]) => those.includes(variable)) ?? [];
  if (reason === undefined) return;
  const path = name.startsWith('settings.') ? name : `settings.${name}`;
  throw new InvalidOptions(`${path} is not allowed: ${reason}`);
}

/** The options of each driver, and the settings that they stand for. */
const STORAGE_OPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  memory: { maxBytes: 'REGISTRY_MEMORY_MAX_BYTES' },
  filesystem: { path: 'REGISTRY_STORAGE_PATH', fsync: 'REGISTRY_STORAGE_FSYNC' },
};

function givenByStorage(storage: RegistryOptions['storage']): Given[] {
  // The driver of an adapter of the host is never opened.
  if (!isDriver(storage)) {
    return [['REGISTRY_STORAGE_DRIVER', { name: 'storage.driver', value: 'memory' }]];
  }
  const { driver, ...rest } = storage;
  const variables = STORAGE_OPTIONS[driver] ?? {};
  const unknown = Object.keys(rest).find((name) => !Object.hasOwn(variables, name));
  if (driver in STORAGE_OPTIONS && unknown !== undefined) {
    const allowed = ['driver', ...Object.keys(variables)].join(', ');
    throw new InvalidOptions(`storage.${unknown} is not an option; allowed: ${allowed}`);
  }
  if (storage.driver === 'filesystem' && !('path' in rest)) {
    throw new InvalidOptions('storage.path is missing: the filesystem storage needs a directory');
  }
  const values: Readonly<Record<string, unknown>> = rest;
  const given = Object.entries(variables).map(([name, variable]): Given => [
    variable,
    { name: `storage.${name}`, value: values[name] },
  ]);
  return [['REGISTRY_STORAGE_DRIVER', { name: 'storage.driver', value: driver }], ...given];
}

function givenByAccess(access: RegistryOptions['access']): Given[] {
  if (access === undefined || access === 'none' || isHostAccess(access)) return [];
  const rows = rowsOf(SECTIONS.auth);
  return Object.entries(access).map(([property, value]) => {
    const row = rows.find((candidate) => candidate.property === property);
    if (row === undefined) throw new InvalidOptions(`access.${property} is not an option`);
    return [row.variable, { name: `access.${property}`, value }];
  });
}

/**
 * Rejects logins without any source of users: variables that are not set must not give everybody
 * access to everything.
 */
function requireUsers(access: RegistryOptions['access']): void {
  if (access === undefined || access === 'none' || isHostAccess(access)) return;
  if (access.auth === 'none') return;
  throw new InvalidOptions(
    "access names no users, so everybody could do everything: name a users file or an issuer, or use access: 'none'",
  );
}

function variablesOf(section: SectionName): string[] {
  return rowsOf(SECTIONS[section] as SectionClass<object>).map(({ variable }) => variable);
}
