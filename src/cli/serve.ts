import cluster from 'node:cluster';
import { type AddressInfo } from 'node:net';

import { Logger } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';

import { Access, openAccess } from '../access/guard/access.js';
import { createRegistryApp } from '../app/bootstrap.js';
import { type Settings } from '../config/settings.js';
import { seedAtStart } from '../transfer/seed/seed-at-start.js';
import { closeGracefully } from '../app/shutdown.js';
import { openStorage } from '../storage/open-storage.js';
import { type Storage } from '../storage/ports/storage.js';
import { greeting, urlOf } from './greeting.js';
import { RegistryLogger } from './logger.js';
import { explainStart } from './plain-failure.js';
import { serveWithWorkers } from './workers.js';

/**
 * Starts the registry and prints where it serves. Stops it gracefully on SIGTERM and SIGINT.
 *
 * It handles these signals from the moment it calls `started`. @throws PlainFailure
 */
export async function serve(
  settings: Settings,
  version: string,
  started: () => void,
): Promise<void> {
  const alone = cluster.isWorker || settings.server.workers === 1;
  try {
    await (alone ? start(settings, version, started) : startWorkers(settings, version, started));
  } catch (error) {
    throw explainStart(error, settings.server);
  }
}

async function start(settings: Settings, version: string, started: () => void): Promise<void> {
  const { host, port, shutdownTimeoutMs } = settings.server;
  const storage = openStorage(settings);
  const logger = new RegistryLogger(settings.log.level);
  Logger.overrideLogger(logger);
  await seedAtStart(storage, settings.storage.seedPath, tellSeeded);
  const app = await createRegistryApp(settings, storage, logger, { ownsProcess: true });
  await app.listen(port, host);
  const address = app.getHttpServer().address() as AddressInfo;
  const logins = app.get(Access).description;
  // With several workers, the primary process prints the greeting.
  if (!cluster.isWorker) greet(settings, version, address.port, storage.description, logins);
  endOnSignals(app, storage, shutdownTimeoutMs);
  started();
}

/** Loads the seeds and checks the files once, then starts the workers. */
async function startWorkers(
  settings: Settings,
  version: string,
  started: () => void,
): Promise<void> {
  const logger = new RegistryLogger(settings.log.level);
  const storage = openStorage(settings);
  await seedAtStart(storage, settings.storage.seedPath, tellSeeded);
  // Opened here so that this process reports a broken file, not each worker.
  const access = await openAccess(settings, storage.secrets, logger);
  access.close();
  await storage.close();
  await serveWithWorkers(settings, {
    onServing: (port) => {
      greet(settings, version, port, storage.description, access.description);
      started();
    },
    onDeath: (pid, how) => logger.error(`worker ${pid} ended (${how}) and is replaced`, 'Workers'),
  });
}

function greet(
  { server, tls }: Settings,
  version: string,
  port: number,
  data: string,
  logins: string,
): void {
  const url = urlOf(server.host, port, tls.certificate === '' ? 'http' : 'https');
  process.stdout.write(greeting(version, url, data, logins));
}

function tellSeeded(image: string): void {
  process.stdout.write(`Seeded ${image}\n`);
}

function endOnSignals(app: NestExpressApplication, storage: Storage, timeoutMs: number): void {
  const end = (signal: NodeJS.Signals): void => {
    process.stdout.write(`${signal}: finishing the requests in progress\n`);
    closeGracefully(app, timeoutMs)
      .then(() => storage.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          process.exit(1);
        },
      );
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}
