import cluster from 'node:cluster';
import { type AddressInfo } from 'node:net';

import { Logger } from '@nestjs/common';

import { Access } from '../access/guard/access.js';
import { authModeOf } from '../access/guard/auth-mode.js';
import { listen } from '../app/listen.js';
import { openNames } from '../app/open-names.js';
import { createRegistryApp } from '../app/bootstrap.js';
import { type Settings } from '../config/settings.js';
import { openEventsPlan } from '../events/open-events-plan.js';
import { seedAtStart } from '../transfer/seed/seed-at-start.js';
import { type SeedReport } from '../transfer/seed/seed.js';
import { closeGracefully } from '../app/shutdown.js';
import { Log } from '../log/log.js';
import { type ProcessLog } from '../log/process-log.js';
import { openStorage } from '../storage/open-storage.js';
import { type Storage } from '../storage/ports/storage.js';
import { greeting, SHOWN_REPOSITORIES, urlOf } from './greeting.js';
import { announce, openLog } from './open-log.js';
import { openTracesOf } from './open-traces.js';
import { explainStart } from './plain-failure.js';
import { ServedMetrics } from './served-metrics.js';
import { serveWithWorkers } from './workers.js';
import { collectFromWorkers } from './workers-metrics.js';

/**
 * Starts the registry and prints where it serves. From the call of `started` on, SIGTERM and SIGINT
 * stop it gracefully.
 *
 * @throws PlainFailure
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
  const { host, port, shutdownDelayMs, shutdownTimeoutMs } = settings.server;
  const storage = await openStorage(settings);
  const logger = openLog(settings.log);
  Logger.overrideLogger(logger);
  await seedAtStart(storage, settings.storage.seedPath, reportTo(logger, settings));
  const metrics = await ServedMetrics.open(settings, storage);
  const traces = await openTracesOf(settings, version, logger);
  const app = await createRegistryApp(settings, storage, logger, {
    ownsProcess: true,
    ...(metrics && { metrics: metrics.metrics }),
    ...(traces && { traces }),
  });
  await listen(app, port, host);
  const address = app.getHttpServer().address() as AddressInfo;
  const logins = app.get(Access).description;
  // With several workers, the primary process prints the greeting.
  if (!cluster.isWorker) {
    greet(logger, settings, version, address.port, {
      storage,
      logins,
      repositories: await firstRepositories(storage),
    });
  }
  const close = async (): Promise<void> => {
    await closeGracefully(app, shutdownDelayMs + shutdownTimeoutMs);
    await metrics?.close();
    await storage.close();
    await traces?.close();
  };
  endOnSignals(close, (line) => announce(logger, settings.log, line));
  started();
}

/** Loads the seeds and checks the files once, then starts the workers. */
async function startWorkers(
  settings: Settings,
  version: string,
  started: () => void,
): Promise<void> {
  const logger = openLog(settings.log);
  const storage = await openStorage(settings);
  await seedAtStart(storage, settings.storage.seedPath, reportTo(logger, settings));
  // All files are opened here so that this process reports a broken file, not each worker.
  const { access, mirrors } = await openNames(settings, storage, new Log(logger));
  access.close();
  mirrors?.close();
  if (mirrors !== undefined) {
    const { checkAddresses } = await import('../mirror/names/listen-at.js');
    await checkAddresses(mirrors);
  }
  (await openEventsPlan(settings.events, { log: () => undefined, error: () => undefined })).close();
  const repositories = await firstRepositories(storage);
  await storage.close();
  await collectFromWorkers(settings.metrics.address);
  await serveWithWorkers(settings, {
    onServing: (port) => {
      greet(logger, settings, version, port, { storage, logins: access.description, repositories });
      started();
    },
    onDeath: (pid, how) => logger.error(`worker ${pid} ended (${how}) and is replaced`, 'Workers'),
  });
}

interface Served {
  readonly storage: Storage;
  readonly logins: string;
  readonly repositories: readonly string[];
}

function greet(
  logger: ProcessLog,
  settings: Settings,
  version: string,
  port: number,
  { storage, logins, repositories }: Served,
): void {
  const { server, tls } = settings;
  const url = urlOf(server.host, port, tls.certificate === '' ? 'http' : 'https');
  const loginRequired = authModeOf(settings) !== 'none';
  const data = storage.description;
  const hasConsole = server.console === 'on';
  const parts = { version, url, hasConsole, data, logins, loginRequired, repositories };
  const text = greeting(parts);
  announce(logger, settings.log, text.trimEnd());
}

/** Resolves to the names that the greeting shows, and one more if there are more. */
async function firstRepositories({ catalog }: Storage): Promise<string[]> {
  const names: string[] = [];
  for await (const name of catalog.list(undefined, SHOWN_REPOSITORIES + 1)) {
    if (names.push(name) > SHOWN_REPOSITORIES) break;
  }
  return names;
}

function reportTo(logger: ProcessLog, { log }: Settings): SeedReport {
  return {
    seeded: (image) => announce(logger, log, `Seeded ${image}`),
    warn: (line) => logger.warn(line, 'Seed'),
  };
}

/** Runs `close` and ends the process on the first SIGTERM or SIGINT. */
function endOnSignals(close: () => Promise<void>, say: (line: string) => void): void {
  const end = (signal: NodeJS.Signals): void => {
    say(`${signal}: finishing the requests in progress`);
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}
