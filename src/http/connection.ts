import { type NextFunction, type Request, type Response } from 'express';

import { RegistryError } from '../domain/errors.js';

/**
 * Has the requests of one connection handled one after the other.
 *
 * Node hands on all that a client pipelines at once, and each would hold its blob open until its turn to be sent comes.
 */
export function oneAtATime(_request: Request, response: Response, next: NextFunction): void {
  if (response.socket === null) response.once('socket', () => next());
  else next();
}

/**
 * Lets the connection's idle limit run only while the client is to send: once its body is here, the time that hashing and
 * syncing take is the registry's own. Node sets the limit anew for the next request.
 */
export function patientWithItself(request: Request, _response: Response, next: NextFunction): void {
  request.once('end', () => request.socket.setTimeout(0));
  next();
}

/** Refuses a request of HTTP/1.1 without `Host`. RFC 9112, section 3.2. */
export function requireHost(request: Request, _response: Response, next: NextFunction): void {
  const missing = request.httpVersion === '1.1' && request.headers.host === undefined;
  next(missing ? new RegistryError('request-malformed', 'the request has no Host') : undefined);
}
