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
  const storage = openForCommand(settings);
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
  const { server, tls, gc, log } = settings;
  return {
    ...settings,
    server: { ...server, maxRequestsPerSecond: 0, allowedHosts: [], corsOrigins: [] },
    tls: { ...tls, certificate: '', key: '', clientCa: '' },
    gc: { ...gc, intervalMs: 0 },
    // Programs read the output of commands.
    log: { ...log, auditLog: log.auditLog === 'stdout' ? '/dev/stderr' : log.auditLog },
  };
}

/** The longest path of a socket is about 100 bytes, and some temporary directories are deep. */
const LONGEST_FOLDER = 80;

/** Creates a directory of this user alone. It is also removed when the process exits early. */
function privateFolder(): { readonly path: string; remove(): void } {
  const parent = tmpdir().length > LONGEST_FOLDER ? '/tmp' : tmpdir();
  const path = mkdtempSync(join(parent, 'berth-cli-'));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeNow);
  return {
    path,
    remove: () => {
      process.off('exit', removeNow);
      removeNow();
    },
  };
}
