import { mkdtempSync, rmSync } from 'node:fs';
import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createBerthClient } from '../../api/client/berth-client.js';
import { createRegistryApp } from '../../app/bootstrap.js';
import { closeGracefully } from '../../app/shutdown.js';
import { type Settings } from '../../config/settings.js';
import { operator } from '../../observe/audit/command-audit.js';
import { type Storage } from '../../storage/ports/storage.js';
import { openForCommand } from '../open-offline.js';
import { nodeFetch } from './node-fetch.js';
import { operatorAccess } from './operator-access.js';
import { type Target } from './target.js';

/** What the audit log and the events show instead of a client's address. */
const ADDRESS = 'command line';

/**
 * Opens the storage of the settings, and serves the API to this process alone.
 *
 * The socket is in a directory that no other user can enter. Nothing collects, counts or logs requests.
 *
 * @throws PlainFailure
 */
export async function openStorageTarget(settings: Settings, agent: string): Promise<Target> {
  const storage = await openForCommand(settings);
  const folder = privateFolder();
  try {
    const { close, ...served } = await serve(settings, storage, join(folder.path, 'api'), agent);
    return {
      ...served,
      host: '',
      storage,
      close: async () => {
        await close();
        await storage.close();
        folder.remove();
      },
    };
  } catch (error) {
    await storage.close();
    folder.remove();
    throw error;
  }
}

async function serve(settings: Settings, storage: Storage, socketPath: string, agent: string) {
  const access = operatorAccess(operator(), storage.secrets);
  const app = await createRegistryApp(quiet(settings), storage, false, { access });
  const server: Server = app.getHttpServer();
  // The peer of a Unix socket has no address.
  server.prependListener('connection', (socket: Socket) =>
    Object.defineProperty(socket, 'remoteAddress', { value: ADDRESS }),
  );
  await app.listen(socketPath);
  const { fetch, close } = nodeFetch({ socketPath, agent });
  return {
    client: createBerthClient({ url: 'http://localhost', fetch }),
    close: async () => {
      close();
      await closeGracefully(app, 0);
    },
  };
}

/** Returns the settings without what a server does for others, or by itself. */
function quiet(settings: Settings): Settings {
  const { server, tls, gc, log, mirror } = settings;
  return {
    ...settings,
    server: changed(server, {
      maxRequestsPerSecond: 0,
      allowedHosts: [],
      corsOrigins: [],
      console: 'off',
    }),
    tls: changed(tls, { certificate: '', key: '', clientCa: '' }),
    gc: changed(gc, { intervalMs: 0 }),
    mirror: changed(mirror, { file: '' }),
    // Programs read the output of commands.
    log: log.auditLog === 'stdout' ? changed(log, { auditLog: '/dev/stderr' }) : log,
  };
}

/** Returns a section of the settings with other values. */
function changed<T extends object>(section: T, values: Partial<T>): T {
  return Object.assign({}, section, values);
}

/** The longest path of a socket is about 100 bytes, and some temporary directories are deep. */
const LONGEST_FOLDER = 80;

/** Signals that end a command. Node exits by them without `exit` handlers. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Creates a directory of this user alone. It is also removed when the process exits early. */
function privateFolder(): { readonly path: string; remove(): void } {
  const parent = tmpdir().length > LONGEST_FOLDER ? '/tmp' : tmpdir();
  const path = mkdtempSync(join(parent, 'berth-cli-'));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  const exit = (signal: NodeJS.Signals): void => process.exit(SIGNALS[signal as 'SIGINT']);
  process.once('exit', removeNow);
  for (const signal of Object.keys(SIGNALS)) process.once(signal, exit);
  return {
    path,
    remove: () => {
      process.off('exit', removeNow);
      for (const signal of Object.keys(SIGNALS)) process.off(signal, exit);
      removeNow();
    },
  };
}
