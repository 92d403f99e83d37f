import { type Request } from 'express';

import { type FinishedRequest } from '../../http/oci/finished-request.js';
import { apiEventOf, isAboutSession, type ApiEvent } from './api-event.js';
import { credentialsOf, eventOf, nameOfCaller } from './request-event.js';

/** What a person did. */
export type Activity = 'pushed' | 'pulled' | 'tagged' | 'deleted' | 'refused' | 'uploaded';

const REFUSALS = [401, 403, 429];

/** Returns what a person did by a request, or `undefined` for a request that is only a step of it. */
export function activityOf(finished: FinishedRequest): Activity | undefined {
  const { request, response } = finished;
  const { statusCode: status } = response;
  if (REFUSALS.includes(status)) return isRefusal(finished, status) ? 'refused' : undefined;
  if (finished.route === 'api') return status < 400 ? activityInApi(request) : undefined;
  switch (request.method) {
    case 'GET':
      return status === 200 && finished.route === 'manifest' ? 'pulled' : undefined;
    case 'PUT':
      if (finished.route === 'manifest') return status === 201 ? 'pushed' : undefined;
      return uploadOf(finished, status);
    case 'POST':
    case 'PATCH':
      return uploadOf(finished, status);
    case 'DELETE':
      return status === 202 && finished.route !== 'upload' ? 'deleted' : undefined;
    default:
      return undefined;
  }
}

const DELETIONS: readonly (ApiEvent | undefined)[] = [
  'tag-deleted',
  'manifest-deleted',
  'repository-deleted',
];

function activityInApi(request: Request): 'tagged' | 'deleted' | undefined {
  const event = apiEventOf(request);
  if (event === 'tag-set') return 'tagged';
  return DELETIONS.includes(event) ? 'deleted' : undefined;
}

function uploadOf(finished: FinishedRequest, status: number): 'uploaded' | undefined {
  return status < 300 && finished.route === 'upload' ? 'uploaded' : undefined;
}

/** Whether somebody was refused. A 401 that asks for a login, or for a token with more scope, is a step of each push and pull. */
function isRefusal({ request, response }: FinishedRequest, status: number): boolean {
  if (status === 403) return true;
  if (status === 429) return isChange(request) || credentialsOf(request).scheme !== 'none';
  const event = eventOf(request, response);
  return event === 'login-failed' || (event === 'refused' && nameOfCaller(request) === undefined);
}

function isChange({ method }: Request): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** Returns what a refused request wanted. */
export function attemptOf({ request, route, status }: FinishedRequest): string {
  if (route === 'token' || isAboutSession(request) || (route === 'other' && status === 401))
    return 'login';
  if (request.method === 'DELETE') return 'delete';
  if (isChange(request)) return 'push';
  return route === 'manifest' || route === 'blob' ? 'pull' : 'request';
}
