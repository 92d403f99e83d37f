import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

import { createRegistryApp } from '../app/bootstrap.js';
import {
  InvalidSettings,
  loadSettings,
  unknownVariables,
  type Settings,
} from '../config/settings.js';
import { createMemoryStorage } from '../storage/memory/memory-storage.js';
import { checkFields, integer, TEXT, TEXTS_BY_NAME, type Fields } from './check-arguments.js';
import { writeCredentialFiles, type CredentialFiles } from './credential-files.js';
import { CurrentStorage, type OpenEmptyStorage } from './current-storage.js';
import { Front } from './front.js';
import { TestRegistry, type Place } from './test-registry.js';
import { ManifestRemoval } from '../oci/manifests/manifest-removal.js';
import { ManifestsService } from '../oci/manifests/manifests.service.js';

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
  /** Opens an empty storage to use instead of memory, at the start and at each `reset`. */
  readonly storage?: OpenEmptyStorage;
}

/**
 * Starts a registry for tests in this process: the released one, with its storage in memory, on a
 * free port.
 *
 * Any number of them can be open at once, independent of each other. @throws InvalidSettings,
 * UnusableCertificate and InvalidFile, as the server does at its start; TypeError for wrong options
 */
export async function createTestRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  checkOptions(options);
  const files = await writeCredentialFiles(options, options.host ?? LOCAL);
  try {
    const settings = settingsOf(options, files.settings);
    const { maxBytes = settings.storage.memoryMaxBytes } = options;
    const storage = await CurrentStorage.first(
      options.storage ?? (() => createMemoryStorage({ maxBytes })),
    );
    return await start(settings, storage, files).catch(async (error: unknown) => {
      await storage.ports.close();
      throw error;
    });
  } catch (error) {
    await files.remove();
    throw error;
  }
}

async function start(
  settings: Settings,
  storage: CurrentStorage,
  credentials: CredentialFiles,
): Promise<TestRegistry> {
  const app = await createRegistryApp(settings, storage.ports, false);
  const server: Server = app.getHttpServer();
  const front = Front.before(server);
  try {
    await once(server.listen(settings.server.port, settings.server.host), 'listening');
  } catch (error) {
    await app.close();
    throw error;
  }
  const manifests = app.get(ManifestsService, { strict: false });
  const removal = app.get(ManifestRemoval, { strict: false });
  return new TestRegistry({
    server,
    manifests,
    removal,
    endApp: () => app.close(),
    storage,
    front,
    place: placeReachedAt(settings, server),
    credentials,
  });
}

function placeReachedAt(
  { server: { host }, tls: { certificate: tlsCert } }: Settings,
  server: Server,
): Place {
  const { port, address: bound } = server.address() as AddressInfo;
  const scheme = tlsCert === '' ? 'http' : 'https';
  const isHere = ['0.0.0.0', '::', '127.0.0.1', 'localhost'].includes(host);
  // The name may resolve to ::1 only.
  const reached = host === 'localhost' ? bound : isHere ? '127.0.0.1' : host;
  const address = reached.includes(':') ? `[${reached}]` : reached;
  // oras uses plain HTTP for this name only; docker, crane, BuildKit and containerd also for the
  // address.
  const name = isHere ? 'localhost' : address;
  return { url: `${scheme}://${address}:${port}`, host: `${name}:${port}`, port };
}

const LOCAL = '127.0.0.1';

const OPTIONS: Fields<TestRegistryOptions> = {
  maxBytes: integer(0),
  port: integer(0, 65_535),
  host: TEXT,
  settings: TEXTS_BY_NAME,
  users: TEXTS_BY_NAME,
  tls: { allowed: 'true or false', fits: (value) => typeof value === 'boolean' },
  storage: {
    allowed: 'a function that opens an empty storage',
    fits: (value) => typeof value === 'function',
  },
};

/** @throws TypeError for an option that would have no effect or a wrong one */
function checkOptions(options: TestRegistryOptions): void {
  checkFields<TestRegistryOptions>('createTestRegistry', options, OPTIONS);
  const { users, tls, settings = {} } = options;
  if (users !== undefined && (settings['REGISTRY_USERS_FILE'] ?? '') !== '')
    throw new TypeError('users and REGISTRY_USERS_FILE are both set: leave out one of them');
  if (tls === true && TLS.some((name) => (settings[name] ?? '') !== ''))
    throw new TypeError('tls and REGISTRY_TLS_CERT are both set: leave out one of them');
}

/** Returns the settings of the test. The environment of the process is ignored. */
function settingsOf(
  { port = 0, host = LOCAL, settings: given = {} }: TestRegistryOptions,
  credentials: Readonly<Record<string, string>>,
): Settings {
  const idle = [...unknownVariables(given), ...SERVER_ONLY.filter((name) => name in given)];
  if (idle.length > 0) {
    throw new InvalidSettings(idle.map((name) => `${name} is not a setting of a test registry`));
  }
  const settings = { ...given, ...credentials };
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
const TLS = ['REGISTRY_TLS_CERT', 'REGISTRY_TLS_KEY'];
