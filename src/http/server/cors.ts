import { type RequestHandler } from 'express';

import { endAfterRequest } from './unread-body.js';

/** The response headers that a browser would hide from the page. */
const EXPOSED = [
  ...['Accept-Ranges', 'Allow', 'Content-Length', 'Content-Range', 'Docker-Content-Digest'],
  ...['Docker-Distribution-Api-Version', 'Docker-Upload-UUID', 'ETag', 'Link', 'Location'],
  ...['OCI-Filters-Applied', 'OCI-Namespace', 'OCI-Subject', 'OCI-Tag', 'Range', 'Retry-After'],
  'WWW-Authenticate',
].join(', ');

const PREFLIGHT = Object.entries({
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PATCH, PUT, DELETE',
  'Access-Control-Allow-Headers': [
    ...['Accept', 'Authorization', 'Cache-Control', 'Content-Range', 'Content-Type'],
    ...['If-Match', 'If-None-Match', 'If-Range', 'Last-Event-ID', 'Range'],
  ].join(', '),
  // Two hours, in seconds: Chromium keeps no preflight longer.
  'Access-Control-Max-Age': '7200',
});

/**
 * Lets pages of the `allowed` origins read every response, errors included. It must precede all checks.
 *
 * @param allowed the origins, or `*` for all
 * @see the Fetch standard, "CORS protocol"
 */
export function shareWithOrigins(allowed: readonly string[]): RequestHandler {
  const everyone = allowed.includes('*');
  return (request, response, next) => {
    const { origin } = request.headers;
    // Also without an origin: a cache must not answer a page with what was sent to a program. The host may have set this header, too.
    if (!everyone) response.vary('Origin');
    if (!everyone && (origin === undefined || !allowed.includes(origin))) return next();
    response.setHeader('Access-Control-Allow-Origin', everyone ? '*' : (origin ?? ''));
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
    // The credentials are those that the browser keeps: a password that it asked for, or a client certificate.
    if (!everyone) response.setHeader('Access-Control-Allow-Credentials', 'true');
    next();
  };
}

/**
 * Responds to preflights for pages of the `allowed` origins, by which a browser asks whether a page may send a request. They
 * have no credentials, so it must follow the checks and precede the logins.
 */
export function answerPreflights(allowed: readonly string[]): RequestHandler {
  const everyone = allowed.includes('*');
  return (request, response, next) => {
    const { origin, 'access-control-request-method': asked } = request.headers;
    if (request.method !== 'OPTIONS' || origin === undefined || asked === undefined) return next();
    if (!everyone && !allowed.includes(origin)) return next();
    for (const [name, value] of PREFLIGHT) response.setHeader(name, value);
    response.statusCode = 204;
    endAfterRequest(response);
  };
}
