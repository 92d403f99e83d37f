import 'reflect-metadata';

import { type Server } from 'node:http';
import { type Server as TlsServer } from 'node:https';

import { type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import express, { type Express } from 'express';

import { AppModule } from './app.module.js';
import { AuditLog } from '../observe/audit/audit-log.js';
import { openAccess, type Access } from '../access/guard/access.js';
import { type ServerSettings } from '../config/sections/server.settings.js';
import { type Settings } from '../config/settings.js';
import { accessLog } from '../http/server/access-log.js';
import { answerClientErrors } from '../http/server/client-errors.js';
import {
  cacheRemoteAddresses,
  serializePipelined,
  suspendIdleTimeoutWhileHandling,
  rejectAmbiguousFraming,
  normalizeAbsoluteTargets,
} from '../http/server/connection.js';
import { deferContinue } from '../http/server/expect-continue.js';
import { trustProxies } from '../http/server/origin.js';
import { limitRate } from '../http/server/rate-limit.js';
import { reuseMemoryOfBodies } from '../http/server/received-bytes.js';
import { Log } from '../log/log.js';
import { withNestLogger } from '../log/nest-logger.js';
import { type PublishRule } from '../oci/manifests/publish-rule.js';
import { type Storage } from '../storage/ports/storage.js';
import { ServedCertificate } from '../http/server/tls/served-certificate.js';

/** Longer than the 60 s of usual load balancers, which would otherwise send a request into a closing connection. */
const KEEP_ALIVE_MS = 75_000;

/** How often connections whose headers are late are looked for. */
const LATE_HEADERS_EVERY_MS = 2_000;

/** What a registry may be made of besides settings and a storage. */
export interface RegistryParts {
  /** Decides who may do what, instead of the settings. Closed with the application. */
  readonly access?: Access;
  /** What a manifest must be to be published, besides right; by default nothing. */
  readonly rules?: readonly PublishRule[];
  /** The path below which `/v2` is found, such as `/registry`; empty for the root, which is all that clients of images know. */
  readonly path?: string;
  /** How often certificates, users and rules are read again, in milliseconds. By default every second. */
  readonly watchEveryMs?: number;
  /** The process is this registry and nothing else: how V8 collects in all of it may be changed. */
  readonly ownsProcess?: true;
}

/**
 * Builds the registry's application over `storage`, not listening yet. The server and every test use it.
 *
 * The caller closes the storage after the application.
 * @throws InvalidSettings, UnusableCertificate, and InvalidFile of users or rules
 */
export async function createRegistryApp(
  settings: Settings,
  storage: Storage,
  logger: LoggerService | false,
  parts: RegistryParts = {},
): Promise<NestExpressApplication> {
  const log = new Log(logger);
  const access =
    parts.access ??
    (await openAccess(settings, storage.secrets, log.of('Access'), parts.watchEveryMs));
  const rules = parts.rules ?? [];
  const path = parts.path ?? '';
  if (parts.ownsProcess === true) reuseMemoryOfBodies();
  const certificate = await ServedCertificate.open(
    settings.tls,
    settings.server.idleTimeoutMs,
    log.of('TLS'),
    parts.watchEveryMs,
  );
  const module = AppModule.for({ settings, storage, access, rules, log });
  return withNestLogger(logger, async () => {
    const app = await NestFactory.create<NestExpressApplication>(
      module,
      new ExpressAdapter(plainExpress()),
      {
        // A parsed body has lost the bytes that its digest is of.
        bodyParser: false,
        // The caller gets the error; by default Nest would end the process.
        abortOnError: false,
        ...(certificate === undefined ? {} : { httpsOptions: certificate.options }),
      },
    );
    app.setGlobalPrefix(path);
    watchRequests(app, settings.server, log, path);
    const server: Server = app.getHttpServer();
    certificate?.attach(server as TlsServer);
    prepareServer(server, settings.server, log);
    await app.init();
    return app;
  });
}

/** What every request passes before it is routed. */
function watchRequests(
  app: NestExpressApplication,
  settings: ServerSettings,
  log: Log,
  path: string,
): void {
  app.use(
    trustProxies(settings.trustedProxies, settings.publicUrl, path),
    serializePipelined,
    suspendIdleTimeoutWhileHandling,
    accessLog(log.of('Access')),
    app.get(AuditLog).middleware,
    rejectAmbiguousFraming,
    limitRate(settings.maxRequestsPerSecond),
  );
}

/** What Node does of its own accord, or does otherwise than the registry. */
function prepareServer(server: Server, { idleTimeoutMs }: ServerSettings, log: Log): void {
  limitTime(server, idleTimeoutMs);
  cacheRemoteAddresses(server);
  answerClientErrors(server, log.of('Registry'));
  deferContinue(server);
  normalizeAbsoluteTargets(server);
  // Node would answer a request without it with a bare 400: `rejectAmbiguousFraming` refuses it in the form of all other errors.
  Object.assign(server, { requireHostHeader: false });
}

/** Express without what it does of its own accord. Its router reads these settings once, when it is first used. */
function plainExpress(): Express {
  return express()
    .enable('case sensitive routing')
    .enable('strict routing')
    .set('query parser', false)
    .disable('etag')
    .disable('x-powered-by');
}

/** A push may take hours as long as bytes come: what ends is silence. */
function limitTime(server: Server, idleTimeoutMs: number): void {
  server.requestTimeout = 0;
  server.headersTimeout = idleTimeoutMs;
  server.timeout = idleTimeoutMs;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Node looks for headers that come too slowly every 30 s. Its types have no such property; it reads it when it listens.
  Object.assign(server, { connectionsCheckingInterval: LATE_HEADERS_EVERY_MS });
}
