import { type Request, type Response } from 'express';

import { parseAuthorization, type Credentials } from '../../access/guard/credentials.js';
import { issuedToken } from '../../access/guard/issued-token.js';
import { rightsOf } from '../../access/guard/rights-of.js';

export type AuditEvent =
  | 'push'
  | 'delete'
  | 'upload-begun'
  | 'upload-cancelled'
  | 'mount-refused'
  | 'login'
  | 'login-failed'
  | 'token-issued'
  | 'refused';

/** Returns the event to record, or `undefined` for requests that changed nothing, logged nobody in and were not refused. */
export function eventOf(request: Request, response: Response): AuditEvent | undefined {
  const { statusCode } = response;
  if (issuedToken(request) !== undefined) return 'token-issued';
  const known = rightsOf(request) !== undefined;
  if (statusCode === 401) {
    if (isQuestion(request, known)) return undefined;
    return known ? 'refused' : 'login-failed';
  }
  if (statusCode === 403 || statusCode === 429) return 'refused';
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
  const { method, path } = request;
  switch (method) {
    case 'PUT':
      return 'push';
    case 'POST':
      if (status === 201) return 'push';
      if (status !== 202) return undefined;
      return /[?&]mount=/.test(request.originalUrl) ? 'mount-refused' : 'upload-begun';
    case 'DELETE':
      if (!/\/blobs\/uploads\/[^/]*$/.test(path)) return 'delete';
      return status === 204 ? 'upload-cancelled' : undefined;
    default:
      return isLogin(request, status) ? 'login' : undefined;
  }
}

/** Whether a client checks its password, as `docker login` does. Further requests with the password are not logins. */
function isLogin(request: Request, status: number): boolean {
  const checks = status === 200 && /\/v2\/?$/.test(request.path);
  return checks && credentialsOf(request).scheme === 'basic' && nameOfCaller(request) !== undefined;
}

/** Returns the verified name of the caller, or `undefined` if nobody logged in. */
export function nameOfCaller(request: Request): string | undefined {
  return issuedToken(request)?.who ?? rightsOf(request)?.caller.name;
}

export function credentialsOf({ headers }: Request): Credentials {
  return parseAuthorization(headers.authorization);
}
