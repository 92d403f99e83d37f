import 'reflect-metadata';

import { type Server } from 'node:http';
import { type Server as TlsServer } from 'node:https';
import { hostname } from 'node:os';

import { type DynamicModule, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express, { type Express, type RequestHandler } from 'express';

import { AppModule, type AppParts } from './app.module.js';
import { AuditLog } from '../observe/audit/audit-log.js';
import { UsageCounter } from '../observe/usage/usage-counter.js';
import { EventRecorder } from '../observe/events/event-recorder.js';
import { LiveReporter } from '../observe/live/live-reporter.js';
import { RequestLog } from '../observe/requests/request-log.js';
import { mirroringBy, namingBy } from './mirror-parts.js';
import { openNames } from './open-names.js';
import { authModeOf } from '../access/guard/auth-mode.js';
import { type CurrentEventsPlan } from '../events/events-plan.js';
import { openEventsPlan } from '../events/open-events-plan.js';
import { type Settings } from '../config/settings.js';
import { refuseForeignHosts } from '../http/server/allowed-hosts.js';
import { placeApi } from '../http/server/api-path.js';
import {
  serializePipelined,
  suspendIdleTimeoutWhileHandling,
  rejectAmbiguousFraming,
} from '../http/server/connection.js';
import { watchRequests } from '../http/oci/finished-request.js';
import { answerPreflights, shareWithOrigins } from '../http/server/cors.js';
import { refuseForeignOrigins } from '../http/server/foreign-origins.js';
import { inSequence } from '../http/server/in-sequence.js';
import { trustProxies } from '../http/server/origin.js';
import { prepareServer } from '../http/server/prepare-server.js';
import { limitRate } from '../http/server/rate-limit.js';
import { refuseBy, type RequestCheck } from '../http/server/request-check.js';
import { reuseMemoryOfBodies } from '../http/server/received-bytes.js';
import { setCommonHeaders } from '../http/server/common-headers.js';
import { Log } from '../log/log.js';
import { withNestLogger } from '../log/nest-logger.js';
import { type CurrentMirrors } from '../mirror/plan/current-mirrors.js';
import { type RegistryParts } from './registry-parts.js';
import { type Mirroring } from '../mirror/open-mirroring.js';
import { type Storage } from '../storage/ports/storage.js';
import { ServedCertificate } from '../http/server/tls/served-certificate.js';

/**
 * Builds the registry's application over `storage`, without listening. The caller closes the storage after the application.
 *
 * @throws InvalidSettings, UnusableCertificate, or InvalidFile for the users, the rules or the events file
 */
export async function createRegistryApp(
  settings: Settings,
  storage: Storage,
  logger: LoggerService | false,
  parts: RegistryParts = {},
): Promise<NestExpressApplication> {
  const log = new Log(logger);
  const { access, mirrors } = await openNames(settings, storage, log, parts);
  let events: CurrentEventsPlan | undefined;
  try {
    events = await openEventsPlan(settings.events, log.of('Events'), parts.watchEveryMs);
    const used = parts.traces?.storage(storage) ?? storage;
    const base = { settings, storage: used, access, events, mirrors, log };
    return await buildApp(base, logger, parts);
  } catch (error) {
    // Their watchers would go on in a host or a test.
    if (parts.access === undefined) access.close();
    mirrors?.close();
    events?.close();
    throw error;
  }
}

interface Base extends Pick<AppParts, 'settings' | 'storage' | 'access' | 'events' | 'log'> {
  readonly mirrors: CurrentMirrors | undefined;
}

async function buildApp(
  base: Base,
  logger: LoggerService | false,
  parts: RegistryParts,
): Promise<NestExpressApplication> {
  const { settings, storage, mirrors, log } = base;
  const { rules = [], path = '', metrics } = parts;
  if (parts.ownsProcess === true) reuseMemoryOfBodies();
  const certificate = await ServedCertificate.open(
    settings.tls,
    settings.server.idleTimeoutMs,
    log.of('TLS'),
    parts.watchEveryMs,
  );
  const naming = mirrors && (await namingBy(mirrors, settings, log, certificate, path));
  const mirroring = mirrors && (await mirroringBy(mirrors, { settings, storage, log, metrics }));
  const mirrored = mirroring?.ports;
  const collections = mirroring === undefined ? [] : [mirroring.evictor];
  const optional = await optionalModules(settings, parts, mirroring);
  const content = { mirrored, mirrors: mirroring?.control, collections, optional, naming };
  const module = AppModule.for({ ...base, rules, metrics, ...content });
  return withNestLogger(logger, async () => {
    const app = await createNest(module, certificate);
    app.setGlobalPrefix(path);
    placeApi(app, path);
    app.use(
      inSequence([
        ...watchers(app, settings, log, parts),
        ...checkers(settings, parts),
        ...(naming === undefined ? [] : [naming.middleware]),
        ...(mirroring === undefined ? [] : [mirroring.middleware]),
      ]),
    );
    const server: Server = app.getHttpServer();
    certificate?.attach(server as TlsServer);
    prepareServer(server, settings.server, log.of('Registry'));
    await app.init().catch(async (error: unknown) => {
      await app.close().catch(() => undefined);
      throw error;
    });
    return app;
  });
}

function createNest(
  module: DynamicModule,
  certificate: ServedCertificate | undefined,
): Promise<NestExpressApplication> {
  return NestFactory.create<NestExpressApplication>(module, new ExpressAdapter(plainExpress()), {
    // A digest is computed over the raw bytes, which a body parser would discard.
    bodyParser: false,
    // By default Nest ends the process. Here the caller gets the error.
    abortOnError: false,
    ...(certificate === undefined ? {} : { httpsOptions: certificate.options }),
  });
}

/** Loads the features that the settings want, and no others. */
async function optionalModules(
  { server }: Settings,
  { consoleFiles }: RegistryParts,
  mirroring: Mirroring | undefined,
): Promise<DynamicModule[]> {
  const modules: DynamicModule[] = [];
  if (server.console !== 'off') {
    const { ConsoleModule } = await import('../ui/console.module.js');
    modules.push(ConsoleModule.from(consoleFiles));
  }
  if (mirroring !== undefined) modules.push(mirroring.module);
  return modules;
}

/** Returns the middleware that every request passes before the checks. */
function watchers(
  app: NestExpressApplication,
  settings: Settings,
  log: Log,
  { access, path = '', observers = [], metrics, traces }: RegistryParts,
): RequestHandler[] {
  const { trustedProxies, publicUrl } = settings.server;
  const hasLogins = access !== undefined || authModeOf(settings) !== 'none';
  const all = [
    ...(log.isEnabled('info') ? [app.get(RequestLog)] : []),
    app.get(UsageCounter),
    ...app.get(LiveReporter).observers,
    ...(hasLogins ? [app.get(EventRecorder, { strict: false })] : []),
    ...observers,
    ...(metrics === undefined ? [] : [metrics.requests]),
    ...(traces === undefined ? [] : [traces]),
  ];
  return [
    // First, so that a waiting request costs nothing.
    serializePipelined,
    trustProxies(trustedProxies, publicUrl, path),
    setCommonHeaders,
    suspendIdleTimeoutWhileHandling,
    watchRequests(all),
    app.get(AuditLog).middleware,
    ...(traces === undefined ? [] : [traces.middleware]),
  ];
}

/** Returns the middleware that refuses requests. Pages of listed origins can read why they are refused. */
function checkers(settings: Settings, parts: RegistryParts): RequestHandler[] {
  const { corsOrigins } = settings.server;
  const refuse = refuseBy(checks(settings, parts));
  if (corsOrigins.length === 0) return [refuse];
  return [shareWithOrigins(corsOrigins), refuse, answerPreflights(corsOrigins)];
}

/** Returns what every request must pass before routing. Where logins are required, a name alone gives a stranger's page no rights. */
function checks(settings: Settings, { access, embedded }: RegistryParts): RequestCheck[] {
  const { allowedHosts, corsOrigins, host, maxRequestsPerSecond, publicUrl } = settings.server;
  const open = access === undefined && authModeOf(settings) === 'none' && embedded !== true;
  const own = [host, hostname(), URL.parse(publicUrl)?.hostname ?? ''];
  const names = [...allowedHosts, ...own.map((name) => name.toLowerCase())];
  return [
    rejectAmbiguousFraming,
    limitRate(maxRequestsPerSecond),
    ...(open || allowedHosts.length > 0 ? [refuseForeignHosts(names)] : []),
    refuseForeignOrigins(corsOrigins),
  ];
}

/** Returns Express without its optional features. Its router reads these settings once, on first use. */
function plainExpress(): Express {
  return (
    express()
      .enable('case sensitive routing')
      .enable('strict routing')
      // Read only by handlers that ask for a checked query, which are those of the API.
      .set('query parser', 'simple')
      .disable('etag')
      .disable('x-powered-by')
  );
}
