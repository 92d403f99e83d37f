import {
  InvalidSettings,
  loadSettings,
  unknownVariables,
  type Settings,
} from '../config/settings.js';
import { type MirrorOptions } from '../mirror/plan/mirror-options.js';
import {
  checkFields,
  integer,
  isRecord,
  TEXT,
  TEXTS_BY_NAME,
  type Fields,
  type Kind,
} from './check-arguments.js';
import { type OpenEmptyStorage } from './current-storage.js';

export interface TestRegistryOptions {
  /**
   * The most that blobs, manifests and uploads may hold together, in bytes; 1 GiB by default. A
   * push beyond it gets 507.
   */
  readonly maxBytes?: number;
  /** A free port by default. */
  readonly port?: number;
  /** The address to listen on, 127.0.0.1 by default. Use `0.0.0.0` for clients in containers and virtual machines. */
  readonly host?: string;
  /** Settings of the registry by variable, such as `{ REGISTRY_MAX_MANIFEST_BYTES: '1KiB' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /**
   * Passwords by user, such as `{ alice: 'secret' }`. Then clients have to log in, and each user may do
   * everything that the setting `REGISTRY_ACCESS_FILE` does not restrict.
   */
  readonly users?: Readonly<Record<string, string>>;
  /** Whether to serve HTTPS, with a new certificate that `ca` of the registry verifies. */
  readonly tls?: boolean;
  /**
   * A directory that keeps the content, also for later registries and for others at the same time; `reset` leaves it as it is. Or a
   * function that opens an empty storage, at the start and at each `reset`. By default the content is in memory.
   */
  readonly storage?: string | OpenEmptyStorage;
  /** Mirrors of other registries: entries of a mirrors file, or the name of such a file. */
  readonly mirrors?: string | readonly MirrorOptions[];
  /** Whether the mirrors never ask the other registries, and serve only what is stored. */
  readonly offline?: boolean;
}

/** Where a registry listens by default. */
export const LOCAL = '127.0.0.1';

const FLAG: Kind = { allowed: 'true or false', fits: (value) => typeof value === 'boolean' };

const OPTIONS: Fields<TestRegistryOptions> = {
  maxBytes: integer(0),
  port: integer(0, 65_535),
  host: TEXT,
  settings: TEXTS_BY_NAME,
  users: TEXTS_BY_NAME,
  tls: FLAG,
  storage: {
    allowed: 'a directory, or a function that opens an empty storage',
    fits: (value) => typeof value === 'function' || TEXT.fits(value),
  },
  mirrors: {
    allowed: 'a list of mirrors, such as { name, url }, or the name of a mirrors file',
    fits: (value) => (Array.isArray(value) ? value.every(isRecord) : TEXT.fits(value)),
  },
  offline: FLAG,
};

/** @throws TypeError for an option that would have no effect or a wrong one */
export function checkOptions(options: TestRegistryOptions): void {
  checkFields<TestRegistryOptions>('createTestRegistry', options, OPTIONS);
  const { users, tls, maxBytes, storage, mirrors, offline, settings = {} } = options;
  if (users !== undefined && (settings['REGISTRY_USERS_FILE'] ?? '') !== '')
    throw new TypeError('users and REGISTRY_USERS_FILE are both set: leave out one of them');
  if (tls === true && TLS.some((name) => (settings[name] ?? '') !== ''))
    throw new TypeError('tls and REGISTRY_TLS_CERT are both set: leave out one of them');
  if (maxBytes !== undefined && typeof storage === 'string')
    throw new TypeError('maxBytes has no effect on a directory: leave out one of them');
  const file = settings[MIRRORS_FILE] ?? '';
  if (mirrors !== undefined && file !== '')
    throw new TypeError(`mirrors and ${MIRRORS_FILE} are both set: leave out one of them`);
  if (offline === true && mirrors === undefined && file === '')
    throw new TypeError('offline has no effect without mirrors: name them by the option mirrors');
}

/** Returns the settings of the test. The environment of the process is ignored. */
export function settingsOf(
  { port = 0, host = LOCAL, settings: given = {}, mirrors }: TestRegistryOptions,
  credentials: Readonly<Record<string, string>>,
): Settings {
  const idle = [...unknownVariables(given), ...SERVER_ONLY.filter((name) => name in given)];
  if (idle.length > 0) {
    throw new InvalidSettings(idle.map((name) => `${name} is not a setting of a test registry`));
  }
  const files: Record<string, string> =
    typeof mirrors === 'string' ? { [MIRRORS_FILE]: mirrors } : {};
  const settings = { ...given, ...credentials, ...files };
  const hasLogins = LOGINS.some((name) => (settings[name] ?? '') !== '');
  return loadSettings({
    REGISTRY_STORAGE_DRIVER: 'memory',
    // Content stays until the test deletes it.
    REGISTRY_GC_INTERVAL: '0s',
    REGISTRY_CONSOLE: 'off',
    REGISTRY_HOST: host,
    REGISTRY_PORT: String(port),
    ...(hasLogins ? {} : { REGISTRY_AUTH: 'none' }),
    ...settings,
  });
}

/** Settings of the server process, which options and methods replace here. */
const SERVER_ONLY = [
  'REGISTRY_STORAGE_DRIVER',
  'REGISTRY_STORAGE_PATH',
  'REGISTRY_SEED_PATH',
  'REGISTRY_WORKERS',
  'REGISTRY_LOG_LEVEL',
  'REGISTRY_LOG_FORMAT',
  'REGISTRY_OTLP_ENDPOINT',
  'REGISTRY_METRICS',
  'REGISTRY_METRICS_REPOSITORIES',
];

const LOGINS = ['REGISTRY_USERS_FILE', 'REGISTRY_OIDC_ISSUER'];
const MIRRORS_FILE = 'REGISTRY_MIRRORS_FILE';
const TLS = ['REGISTRY_TLS_CERT', 'REGISTRY_TLS_KEY'];
