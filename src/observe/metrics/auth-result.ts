import { issuedToken } from '../../access/guard/issued-token.js';
import { claimedName } from '../../access/guard/claimed-name.js';
import { rightsOf } from '../../access/guard/rights-of.js';
import { sessionOf } from '../../access/guard/session-of-request.js';
import { type FinishedRequest } from '../../http/oci/finished-request.js';

export const AUTH_RESULTS = ['success', 'failure', 'denied', 'anonymous'] as const;

type AuthResult = (typeof AUTH_RESULTS)[number];

/** Returns the result of a login or a check of rights, or `undefined` if the request needed neither. */
export function authResultOf({
  request,
  status,
  method,
  route,
}: FinishedRequest): AuthResult | undefined {
  const inBody = (route === 'token' && method === 'POST') || claimedName(request) !== undefined;
  const hasCredentials = inBody || request.headers.authorization !== undefined;
  if (status === 401) return hasCredentials ? failureOf(request) : 'anonymous';
  if (status === 403) return rightsOf(request) === undefined ? undefined : 'denied';
  if ((issuedToken(request) ?? sessionOf(request)) !== undefined) return 'success';
  return rightsOf(request)?.caller.name === undefined ? undefined : 'success';
}

/** A caller with valid credentials also gets 401 where its token lacks a right. */
function failureOf(request: FinishedRequest['request']): AuthResult {
  return rightsOf(request) === undefined ? 'failure' : 'denied';
}
