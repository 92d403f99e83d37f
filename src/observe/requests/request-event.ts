import { type Request, type Response } from 'express';

import { parseAuthorization, type Credentials } from '../../access/guard/credentials.js';
import { issuedToken } from '../../access/guard/issued-token.js';
import { rightsOf } from '../../access/guard/rights-of.js';
import { sessionOf } from '../../access/guard/session-of-request.js';
import { routeOf } from '../../http/oci/request-route.js';
import { apiEventOf, isAboutSession, type ApiEvent } from './api-event.js';

export type AuditEvent =
  | ApiEvent
  | 'manifest-pushed'
  | 'blob-pushed'
  | 'manifest-pulled'
  | 'blob-pulled'
  | 'blob-deleted'
  | 'upload-begun'
  | 'mount-refused'
  | 'login-failed'
  | 'token-issued'
  | 'refused';

/** The events of pulls, of which there may be many. */
export const PULLS: readonly AuditEvent[] = ['manifest-pulled', 'blob-pulled'];

/** Returns the event to record, or `undefined` for requests that moved nothing, logged nobody in and were not refused. */
export function eventOf(request: Request, response: Response): AuditEvent | undefined {
  const { statusCode } = response;
  if (issuedToken(request) !== undefined) return 'token-issued';
  const known = rightsOf(request) !== undefined;
  if (statusCode === 401) {
    if (isQuestion(request, known)) return undefined;
    return known ? 'refused' : 'login-failed';
  }
  if (statusCode === 403 || statusCode === 429) return 'refused';
  // A request without a session only read the state of the login, or ended nothing because it had another login.
  if (isAboutSession(request)) return sessionOf(request) && apiEventOf(request);
  // Requests that cannot push or delete never reach the access check.
  return known ? eventOfKnown(request, statusCode) : undefined;
}

/** Whether a client without credentials asks how to log in. A form that requests a token has its credentials in the body. */
function isQuestion(request: Request, known: boolean): boolean {
  if (credentialsOf(request).scheme !== 'none') return false;
  return known || request.method !== 'POST';
}

/** Returns the event of a request whose caller is known and that was not refused. */
function eventOfKnown(request: Request, status: number): AuditEvent | undefined {
  const route = routeOf(request);
  if (route === 'api') return status < 400 ? apiEventOf(request) : undefined;
  const isManifest = route === 'manifest';
  switch (request.method) {
    case 'PUT':
      if (changedNothing(status)) return undefined;
      return isManifest ? 'manifest-pushed' : 'blob-pushed';
    case 'POST':
      if (status === 201) return 'blob-pushed';
      if (status !== 202) return undefined;
      return /[?&]mount=/.test(request.originalUrl) ? 'mount-refused' : 'upload-begun';
    case 'DELETE':
      return eventOfDelete(request, status);
    case 'GET':
      if (isLogin(request, status)) return 'login';
      if (status !== 200 && status !== 206) return undefined;
      if (isManifest) return 'manifest-pulled';
      return route === 'blob' ? 'blob-pulled' : undefined;
    default:
      return isLogin(request, status) ? 'login' : undefined;
  }
}

function eventOfDelete(request: Request, status: number): AuditEvent | undefined {
  const route = routeOf(request);
  if (route === 'upload') return status === 204 ? 'upload-cancelled' : undefined;
  if (changedNothing(status)) return undefined;
  if (route !== 'manifest') return 'blob-deleted';
  return String(request.params['reference']).includes(':') ? 'manifest-deleted' : 'tag-deleted';
}

/** Whether the request certainly failed. One that failed within the registry may still have changed something. */
function changedNothing(status: number): boolean {
  return status >= 400 && status < 500;
}

/** Whether a client checks its password, as `docker login` does. Further requests with the password are not logins. */
function isLogin(request: Request, status: number): boolean {
  const checks = status === 200 && /\/v2\/?$/.test(request.path);
  return checks && credentialsOf(request).scheme === 'basic' && nameOfCaller(request) !== undefined;
}

/** Returns the verified name of the caller, or `undefined` if nobody logged in. */
export function nameOfCaller(request: Request): string | undefined {
  const caller = rightsOf(request)?.caller ?? sessionOf(request)?.caller;
  return issuedToken(request)?.who ?? caller?.name;
}

export function credentialsOf({ headers }: Request): Credentials {
  return parseAuthorization(headers.authorization);
}
