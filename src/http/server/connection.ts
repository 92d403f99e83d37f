import { type IncomingMessage, type Server } from 'node:http';
import { type Socket } from 'node:net';

import { type NextFunction, type Request, type Response } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { announcesBody } from './unread-body.js';

/** A connection with more waiting requests is closed. Clients that pipeline at all send a handful. */
const MAX_WAITING = 50;

/** The number of waiting requests of each connection that ever had one. */
const waitingOn = new WeakMap<Socket, number>();

/**
 * Handles the requests of one connection one after the other, and closes a connection with more than 50 waiting requests. Node emits
 * all pipelined requests at once: each would hold its blob open and take memory until its response can be sent.
 */
export function serializePipelined(request: Request, response: Response, next: NextFunction): void {
  // The response has no socket while an earlier response is in progress.
  if (response.socket !== null) return next();
  const { socket } = request;
  // Node still emits the other requests of the chunk with which the connection was closed. They get no response.
  if (socket.destroyed) return;
  if (addWaiting(socket) > MAX_WAITING) return void socket.destroy();
  response.once('socket', () => {
    removeWaiting(socket);
    // Other connections get their turn between two requests of this one.
    setImmediate(next);
  });
}

/** Counts one more waiting request and stops reading its connection. Returns the number of waiting requests. */
function addWaiting(socket: Socket): number {
  const before = waitingOn.get(socket);
  // Node resumes the connection when its output drains or a body is read.
  if (before === undefined) socket.on('resume', pauseWhileWaiting);
  const count = (before ?? 0) + 1;
  waitingOn.set(socket, count);
  socket.pause();
  return count;
}

function removeWaiting(socket: Socket): void {
  const count = (waitingOn.get(socket) ?? 1) - 1;
  waitingOn.set(socket, count);
  if (count === 0) socket.resume();
}

function pauseWhileWaiting(this: Socket): void {
  if ((waitingOn.get(this) ?? 0) > 0) this.pause();
}

/**
 * Lifts the idle limit once the request's body was read to its end, because the registry then hashes and syncs. Other requests keep
 * it, so that clients that stop reading are cut.
 */
export function suspendIdleTimeoutWhileHandling(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  // Nobody reads the body of these.
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  // Nobody reads a body that is not there, so it never ends. A deletion may search for longer than the limit.
  if (!announcesBody(request)) request.socket.setTimeout(0);
  request.once('end', () => {
    // A body that was not read ends after the response. By then the connection waits for the next request and needs the limit.
    if (!response.writableFinished) request.socket.setTimeout(0);
  });
  next();
}

/** Makes Node look up and cache the remote address of each new connection. */
export function cacheRemoteAddresses(server: Server): void {
  server.on('connection', cacheRemoteAddress).on('secureConnection', cacheRemoteAddress);
}

/**
 * Returns the remote address and makes Node cache it. Node cannot look it up any more after the client reset the connection.
 */
export function cacheRemoteAddress({ remoteAddress }: Socket): string | undefined {
  return remoteAddress;
}

/** A host of RFC 3986 with an optional port: a name, an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^(?:(?:[\w.~!$&'()*+,;=-]|%[\da-fA-F]{2})*|\[[\da-fA-F:.]+\])(?::\d*)?$/;

/**
 * Refuses requests that a proxy in front may have understood differently: HTTP/1.1 without exactly one valid `Host` (RFC 9112,
 * section 3.2), bodies with an unsupported transfer coding (section 6.1), and two logins, of which each might take another.
 */
export function rejectAmbiguousFraming(
  request: Request,
  response: Response,
): RegistryError | undefined {
  const { 'transfer-encoding': coding } = request.headers;
  const { hosts, logins } = countLines(request);
  if (!hasOneHost(request, hosts)) {
    return malformed('the request must have exactly one valid Host header', 'Host');
  }
  if (logins > 1)
    return malformed('the request has more than one Authorization header', 'Authorization');
  if (coding === undefined) return undefined;
  if (request.httpVersion !== '1.1') {
    // Where the body ends is unclear, so nothing after it may be read as a request. RFC 9112, section 6.1.
    response.shouldKeepAlive = false;
    return malformed('Transfer-Encoding needs HTTP/1.1', 'Transfer-Encoding');
  }
  if (coding.toLowerCase() === 'chunked') return undefined;
  return malformed('the only supported Transfer-Encoding is chunked', 'Transfer-Encoding');
}

/** A path without a route, for targets that name none. */
const NO_PATH = '/_';

/**
 * Replaces a target in the absolute form, `http://host/path`, by its path, which is all that Express can route. A target with an
 * invalid host becomes a path without a route.
 *
 * @see RFC 9112, section 3.2.2
 */
export function normalizeAbsoluteTargets(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    const [whole, host] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(request.url ?? '') ?? [];
    if (whole === undefined || host === undefined) return;
    const path = request.url?.slice(whole.length) ?? '';
    // An invalid host would make Express respond without any middleware or filter.
    if (!HOST.test(host)) request.url = NO_PATH;
    else request.url = path.startsWith('/') ? path : `/${path}`;
  });
}

function hasOneHost({ httpVersion, headers }: IncomingMessage, count: number): boolean {
  if (count === 0) return httpVersion !== '1.1';
  return count === 1 && HOST.test(headers.host ?? '');
}

/** Counts the lines of `Host` and of `Authorization`. Node keeps only the first line of most headers. */
function countLines({ rawHeaders }: IncomingMessage): { hosts: number; logins: number } {
  const counts = { hosts: 0, logins: 0 };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // Most names have another length, and need no copy in lower case.
    if (name.length === 4 && name.toLowerCase() === 'host') counts.hosts++;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') counts.logins++;
  }
  return counts;
}

function malformed(message: string, header: string): RegistryError {
  return new RegistryError('request-malformed', message, { header });
}
