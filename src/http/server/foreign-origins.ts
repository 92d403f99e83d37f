import { type IncomingMessage } from 'node:http';

import { type Request } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { isForEverybody } from './allowed-hosts.js';
import { publicOrigin } from './origin.js';
import { type RequestCheck } from './request-check.js';

/** How many characters of a header an error repeats. */
const MAX_SHOWN = 200;

/**
 * Refuses requests that a browser sends for a page of another origin: such a page could push and delete with the rights of the
 * person who looks at it.
 *
 * Programs other than browsers send neither `Origin` nor `Sec-Fetch-Site`.
 * @param allowed the origins whose pages may use the registry, or `*` for all
 */
export function refuseForeignOrigins(allowed: readonly string[]): RequestCheck {
  return (request) => {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (origin === undefined && site !== 'cross-site') return undefined;
    if (isForEverybody(request) || isNavigation(request)) return undefined;
    if (site === 'same-origin' || isOwn(request, allowed)) return undefined;
    if (allowed.includes('*') && asksFirst(request)) return undefined;
    return refused(origin);
  };
}

/** Whether a person follows a link or types an address. It only reads, and no page sees the response. */
function isNavigation({ method, headers }: Request): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
}

/** The methods by which a page changes nothing. */
const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Whether the page reads, or uses `fetch` in the mode `cors`. Anything else, such as a form, the browser sends without asking the
 * registry before, and with the password that it keeps.
 */
function asksFirst({ method, headers }: Request): boolean {
  return READS.includes(method) || headers['sec-fetch-mode'] === 'cors';
}

function isOwn(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  return origin !== undefined && (allowed.includes(origin) || origin === publicOrigin(request));
}

function refused(full = 'another site'): RegistryError {
  const origin = full.slice(0, MAX_SHOWN);
  return new RegistryError(
    'denied',
    `a page of ${origin} may not use this registry: its operator can add the origin to REGISTRY_CORS_ORIGINS`,
    { origin, setting: 'REGISTRY_CORS_ORIGINS' },
  );
}
