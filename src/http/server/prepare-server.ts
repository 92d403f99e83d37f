import { type Server } from 'node:http';

import { type ServerSettings } from '../../config/sections/server.settings.js';
import { type PartLog } from '../../log/log.js';
import { answerClientErrors } from './client-errors.js';
import { cacheRemoteAddresses, normalizeAbsoluteTargets } from './connection.js';
import { deferContinue } from './expect-continue.js';

/** Longer than the 60 s of usual load balancers. A shorter time would let them send a request into a closing connection. */
const KEEP_ALIVE_MS = 75_000;

/** The largest URL and headers. Node's 16 KiB are too few for the thousand ranges of a client that pulls parts of a layer. */
const MAX_HEADER_BYTES = 32 * 1024;

/** How often Node looks for connections whose headers are late. */
const LATE_HEADERS_EVERY_MS = 2_000;

/** Replaces Node's defaults that do not suit a registry. */
export function prepareServer(
  server: Server,
  { idleTimeoutMs }: ServerSettings,
  log: PartLog,
): void {
  limitTime(server, idleTimeoutMs);
  cacheRemoteAddresses(server);
  answerClientErrors(server, log);
  deferContinue(server);
  normalizeAbsoluteTargets(server);
  // Node would refuse a missing Host with a bare 400. `rejectAmbiguousFraming` refuses it with the JSON of all other errors.
  Object.assign(server, { requireHostHeader: false, maxHeaderSize: MAX_HEADER_BYTES });
}

/** Limits silence, not duration: a push may take hours as long as bytes arrive. */
function limitTime(server: Server, idleTimeoutMs: number): void {
  server.requestTimeout = 0;
  server.headersTimeout = idleTimeoutMs;
  server.timeout = idleTimeoutMs;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // By default Node checks for late headers every 30 s. Node's types lack this property, which it reads when it listens.
  Object.assign(server, { connectionsCheckingInterval: LATE_HEADERS_EVERY_MS });
}
