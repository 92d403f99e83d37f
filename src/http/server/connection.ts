import { type IncomingMessage, type Server } from 'node:http';
import { type Socket } from 'node:net';

import { type NextFunction, type Request, type Response } from 'express';

import { RegistryError } from '../../domain/errors.js';

/**
 * Has the requests of one connection handled one after the other.
 *
 * Node hands on all that a client pipelines at once, and each would hold its blob open until its turn to be sent comes.
 */
export function serializePipelined(
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (response.socket === null) response.once('socket', () => next());
  else next();
}

/**
 * Lets the connection's idle limit run only while the client is to send: once its body is here, the time that hashing and
 * syncing take is the registry's own. Node sets the limit again for the next request.
 */
export function suspendIdleTimeoutWhileHandling(
  request: Request,
  response: Response,
  next: NextFunction,
): void {
  request.once('end', () => {
    // Of a body that nobody read Node finds the end when the answer is out, and the connection waits for the next request.
    if (!response.writableFinished) request.socket.setTimeout(0);
  });
  next();
}

/** Has Node find out, and keep, where each connection comes from. */
export function cacheRemoteAddresses(server: Server): void {
  server.on('connection', keepAddress).on('secureConnection', keepAddress);
}

/** Asks a connection where it comes from, which Node then keeps: one that its client has reset does not tell any more. */
export function keepAddress({ remoteAddress }: Socket): string | undefined {
  return remoteAddress;
}

/** A host of RFC 3986, with a port if any: a name, an IPv4 address, or an IPv6 one in brackets. */
const HOST = /^(?:(?:[\w.~!$&'()*+,;=-]|%[\da-fA-F]{2})*|\[[\da-fA-F:.]+\])(?::\d*)?$/;

/**
 * Refuses what a proxy before this server may have understood otherwise: a request of HTTP/1.1 with no `Host`, several, or
 * an invalid one (RFC 9112, section 3.2), and a body in a coding that is not supported (section 6.1).
 */
export function rejectAmbiguousFraming(
  request: Request,
  _response: Response,
  next: NextFunction,
): void {
  const { 'transfer-encoding': coding } = request.headers;
  if (!hasOneHost(request)) next(malformed('the request must have exactly one valid Host header'));
  else if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    next(malformed('the only Transfer-Encoding here is chunked'));
  } else next();
}

/**
 * Has a target in the absolute form, `http://host/path`, taken as its path, which is all that Express can route.
 *
 * One whose host cannot be read makes Express answer past every middleware and filter: it becomes the path `/`, which is
 * not there. RFC 9112, section 3.2.2.
 */
export function normalizeAbsoluteTargets(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    const [whole, host] = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(request.url ?? '') ?? [];
    if (whole === undefined || host === undefined) return;
    const path = request.url?.slice(whole.length) ?? '';
    request.url = HOST.test(host) && path.startsWith('/') ? path : '/';
  });
}

function hasOneHost({ httpVersion, rawHeaders, headers: { host } }: IncomingMessage): boolean {
  const isName = (text: string, index: number): boolean =>
    index % 2 === 0 && text.toLowerCase() === 'host';
  const count = rawHeaders.filter(isName).length;
  return count === 0 ? httpVersion !== '1.1' : count === 1 && HOST.test(host ?? '');
}

function malformed(message: string): RegistryError {
  return new RegistryError('request-malformed', message);
}
