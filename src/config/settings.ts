import { type BlockList } from 'node:net';

import { issuer, networks, origin } from './network-parsers.js';
import { parsers, type SettingParser } from './setting-parsers.js';

export type StorageDriver = 'filesystem' | 'memory';
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** All that the registry can be told, checked once. Sizes are bytes, times milliseconds. */
export interface SettingValues {
  readonly host: string;
  readonly port: number;
  /** Processes that serve. */
  readonly workers: number;
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tlsClientCa: string;
  readonly trustedProxies: BlockList;
  readonly publicUrl: string;
  readonly storageDriver: StorageDriver;
  readonly storagePath: string;
  readonly storageFsync: boolean;
  readonly memoryMaxBytes: number;
  readonly logLevel: LogLevel;
  readonly sparseManifests: 'none' | 'indexes' | 'all';
  readonly maxManifestBytes: number;
  readonly maxManifestMemory: number;
  readonly seedPath: string;
  readonly idleTimeoutMs: number;
  readonly shutdownTimeoutMs: number;
  readonly storageMinFreeBytes: number;
  readonly uploadTtlMs: number;
  readonly maxUploadBytes: number;
  readonly maxUploads: number;
  /** Who sends the bytes of blobs: the registry, or an nginx in front of it. */
  readonly blobDelivery: 'stream' | 'x-accel';
  readonly maxListEntries: number;
  readonly maxRequestsPerSecond: number;
  readonly gcIntervalMs: number;
  readonly gcGraceMs: number;
  readonly gcUntagged: 'keep' | 'collect';
  readonly auth: 'auto' | 'none' | 'basic' | 'token';
  readonly usersFile: string;
  readonly accessFile: string;
  readonly oidcIssuer: string;
  readonly oidcAudience: string;
  readonly oidcNameClaim: string;
  readonly oidcGroups: string;
  readonly auditLog: string;
}

interface Setting<T> {
  readonly variable: string;
  readonly fallback: string;
  readonly parser: SettingParser<T>;
}

const { choice, count, duration, flag, size, text } = parsers;

/** Each setting's variable, its default as one would write it, and how it is read. `.env.example` says what they mean. */
export const SETTINGS: { readonly [K in keyof SettingValues]: Setting<SettingValues[K]> } = {
  host: {
    variable: 'REGISTRY_HOST',
    fallback: '127.0.0.1',
    parser: text('an address or a host name', 1),
  },
  port: { variable: 'REGISTRY_PORT', fallback: '5000', parser: count(0, 65_535) },
  tlsCert: { variable: 'REGISTRY_TLS_CERT', fallback: '', parser: text('a PEM file', 0) },
  tlsKey: { variable: 'REGISTRY_TLS_KEY', fallback: '', parser: text('a PEM file', 0) },
  tlsClientCa: { variable: 'REGISTRY_TLS_CLIENT_CA', fallback: '', parser: text('a PEM file', 0) },
  trustedProxies: { variable: 'REGISTRY_TRUSTED_PROXIES', fallback: '', parser: networks },
  publicUrl: { variable: 'REGISTRY_PUBLIC_URL', fallback: '', parser: origin },
  workers: { variable: 'REGISTRY_WORKERS', fallback: '1', parser: parsers.workers },
  storageDriver: {
    variable: 'REGISTRY_STORAGE_DRIVER',
    fallback: 'filesystem',
    parser: choice('filesystem', 'memory'),
  },
  storagePath: {
    variable: 'REGISTRY_STORAGE_PATH',
    fallback: './data',
    parser: text('a directory', 1),
  },
  storageFsync: { variable: 'REGISTRY_STORAGE_FSYNC', fallback: 'true', parser: flag },
  memoryMaxBytes: {
    variable: 'REGISTRY_MEMORY_MAX_BYTES',
    fallback: '1GiB',
    parser: size(1024 ** 2),
  },
  logLevel: {
    variable: 'REGISTRY_LOG_LEVEL',
    fallback: 'info',
    parser: choice('error', 'warn', 'info', 'debug'),
  },
  sparseManifests: {
    variable: 'REGISTRY_SPARSE_MANIFESTS',
    fallback: 'none',
    parser: choice('none', 'indexes', 'all'),
  },
  maxManifestBytes: {
    variable: 'REGISTRY_MAX_MANIFEST_BYTES',
    fallback: '4MiB',
    parser: size(1024),
  },
  maxManifestMemory: {
    variable: 'REGISTRY_MAX_MANIFEST_MEMORY',
    fallback: '128MiB',
    parser: size(0),
  },
  seedPath: {
    variable: 'REGISTRY_SEED_PATH',
    fallback: '',
    parser: text('a file or a directory', 0),
  },
  idleTimeoutMs: { variable: 'REGISTRY_IDLE_TIMEOUT', fallback: '60s', parser: duration(1_000) },
  storageMinFreeBytes: {
    variable: 'REGISTRY_STORAGE_MIN_FREE',
    fallback: '64MiB',
    parser: size(0),
  },
  maxUploadBytes: { variable: 'REGISTRY_MAX_UPLOAD_BYTES', fallback: '0', parser: size(0) },
  blobDelivery: {
    variable: 'REGISTRY_BLOB_DELIVERY',
    fallback: 'stream',
    parser: choice('stream', 'x-accel'),
  },
  maxUploads: { variable: 'REGISTRY_MAX_UPLOADS', fallback: '500', parser: count(1, 100_000) },
  maxListEntries: {
    variable: 'REGISTRY_MAX_LIST_ENTRIES',
    fallback: '10000',
    parser: count(1, 1_000_000),
  },
  maxRequestsPerSecond: {
    variable: 'REGISTRY_MAX_REQUESTS_PER_SECOND',
    fallback: '0',
    parser: count(0, 1_000_000),
  },
  uploadTtlMs: { variable: 'REGISTRY_UPLOAD_TTL', fallback: '24h', parser: duration(60_000) },
  gcIntervalMs: { variable: 'REGISTRY_GC_INTERVAL', fallback: '1h', parser: duration(0) },
  gcGraceMs: { variable: 'REGISTRY_GC_GRACE', fallback: '1h', parser: duration(0) },
  gcUntagged: {
    variable: 'REGISTRY_GC_UNTAGGED',
    fallback: 'keep',
    parser: choice('keep', 'collect'),
  },
  auth: {
    variable: 'REGISTRY_AUTH',
    fallback: 'auto',
    parser: choice('auto', 'none', 'basic', 'token'),
  },
  usersFile: { variable: 'REGISTRY_USERS_FILE', fallback: '', parser: text('a file', 0) },
  accessFile: { variable: 'REGISTRY_ACCESS_FILE', fallback: '', parser: text('a file', 0) },
  oidcIssuer: { variable: 'REGISTRY_OIDC_ISSUER', fallback: '', parser: issuer },
  oidcAudience: {
    variable: 'REGISTRY_OIDC_AUDIENCE',
    fallback: 'berth',
    parser: text('what the claim aud must have', 1),
  },
  oidcNameClaim: {
    variable: 'REGISTRY_OIDC_NAME_CLAIM',
    fallback: 'sub',
    parser: text('the name of a claim', 1),
  },
  oidcGroups: {
    variable: 'REGISTRY_OIDC_GROUPS',
    fallback: '',
    parser: text('GROUP=CLAIM:VALUE or CLAIM, with commas between', 0),
  },
  auditLog: {
    variable: 'REGISTRY_AUDIT_LOG',
    fallback: '',
    parser: text('a file, or stdout', 0),
  },
  shutdownTimeoutMs: { variable: 'REGISTRY_SHUTDOWN_TIMEOUT', fallback: '8s', parser: duration(0) },
};

/** The settings as an injectable value; `Settings` is their token. */
export class Settings {
  constructor(readonly values: SettingValues) {}
}

/** One or more variables have a value that is not allowed; the message has one line for each. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/**
 * Reads the settings from environment variables; an empty one is treated as not set.
 *
 * @throws InvalidSettings
 */
export function loadSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const values: Record<string, unknown> = {};
  const lines: string[] = [];
  for (const [name, { variable, fallback, parser }] of Object.entries(SETTINGS)) {
    const given = withoutServiceLink(environment[variable] ?? '');
    const value: unknown = parser.parse(given === '' ? fallback : given);
    if (value === undefined) {
      lines.push(`${variable} is ${JSON.stringify(given)}; allowed: ${parser.allowed}`);
    }
    values[name] = value;
  }
  if (lines.length > 0) throw new InvalidSettings(lines);
  return new Settings(Object.freeze(values) as unknown as SettingValues);
}

/** Returns the variables that look like settings and are not, so that a misspelt one is reported. */
export function unknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const known = new Set(Object.values(SETTINGS).map(({ variable }) => variable));
  return Object.keys(environment).filter(
    (name) => name.startsWith('REGISTRY_') && !known.has(name) && !SERVICE_LINK.test(name),
  );
}

/** What Kubernetes and Docker links set in every container beside a service that is called "registry". */
const SERVICE_LINK = /^REGISTRY_(?:SERVICE_|NAME$|PORT_\d|ENV_)/;

/** They set REGISTRY_PORT too, to the service's address: nobody meant that as a setting. */
function withoutServiceLink(value: string): string {
  return value.startsWith('tcp://') ? '' : value;
}
