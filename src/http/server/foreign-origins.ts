import { type IncomingMessage } from 'node:http';

import { type Request, type RequestHandler } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { isForEverybody } from './allowed-hosts.js';
import { publicOrigin } from './origin.js';

/**
 * Refuses requests that a browser sends for a page of another origin: such a page could push and delete with the rights of the
 * person who looks at it.
 *
 * Programs other than browsers send neither `Origin` nor `Sec-Fetch-Site`.
 * @param allowed the origins whose pages may use the registry, or `*` for all
 */
export function refuseForeignOrigins(allowed: readonly string[]): RequestHandler {
  if (allowed.includes('*')) return (_request, _response, next) => next();
  return (request, _response, next) => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin === undefined && site !== 'cross-site') return next();
    if (isForEverybody(request) || isNavigation(request)) return next();
    if (site === 'same-origin' || isOwn(request, allowed)) return next();
    next(refused(origin));
  };
}

/** Whether a person follows a link or types an address. It only reads, and no page sees the response. */
function isNavigation({ method, headers }: Request): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
}

function isOwn(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin !== undefined && (allowed.includes(origin) || origin === publicOrigin(request));
}

function refused(origin = 'another site'): RegistryError {
  return new RegistryError(
    'denied',
    `a page of ${origin} may not use this registry: its operator can add the origin to REGISTRY_CORS_ORIGINS`,
  );
}
