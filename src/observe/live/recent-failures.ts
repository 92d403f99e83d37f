import { randomUUID } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { type NotedFailure } from '../../domain/live-note.js';
import { eventOriginOf } from '../../http/oci/event-origin.js';
import { failureOf, type Failure } from '../../http/oci/failure-of-request.js';
import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { type Route } from '../../http/oci/request-route.js';
import { attemptOf } from '../requests/activity.js';
import { nameOfCaller } from '../requests/request-event.js';

/** How many failures a note has, and for how long. In milliseconds. */
const MAX_FAILURES = 20;
const TOLD_MS = 15 * 60_000;

/** A longer explanation is left out, and a longer message is cut. In characters. */
const MAX_DETAIL = 2_000;
const MAX_MESSAGE = 500;

/** How many items of a list a note has, such as missing blobs. */
const MAX_ITEMS = 5;

/** The requests of image clients. */
const ROUTES: readonly Route[] = ['manifest', 'blob', 'upload', 'tags', 'referrers', 'catalog'];

/** Knows the last requests of image clients that failed, equal ones together. */
export class RecentFailures implements RequestObserver {
  readonly methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
  private readonly recent = new LRUCache<string, NotedFailure>({ max: MAX_FAILURES, ttl: TOLD_MS });

  /** @param wake is called when there is something to tell */
  constructor(private readonly wake: () => void) {}

  finished(finished: FinishedRequest): void {
    if (finished.response.statusCode < 400) return;
    const failure = failureOf(finished.request);
    if (failure === undefined || !isWorthALook(finished)) return;
    const told = failureTold(finished, failure);
    const { attempt, status, code, repository, by } = told;
    const key = JSON.stringify([attempt, status, code, repository, by]);
    const before = this.recent.get(key);
    const { id, times } = before ?? { id: randomUUID(), times: 0 };
    this.recent.set(key, { ...told, id, times: times + 1 });
    this.wake();
  }

  /** Whether there is nothing to tell. */
  get isIdle(): boolean {
    this.recent.purgeStale();
    return this.recent.size === 0;
  }

  now(): NotedFailure[] {
    return [...this.recent.values()];
  }
}

/** A question for what does not exist is a step of many clients, and so is a 401. Failed logins are events. */
function isWorthALook({ route, method, status }: FinishedRequest): boolean {
  if (!ROUTES.includes(route) || status === 401) return false;
  return method !== 'GET' || status === 403 || status === 429 || status >= 500;
}

function failureTold(
  finished: FinishedRequest,
  { code, message, detail }: Failure,
): Omit<NotedFailure, 'id' | 'times'> {
  const { request, repository, reference, status } = finished;
  const by = nameOfCaller(request);
  return {
    time: new Date().toISOString(),
    ...(repository !== undefined && { repository }),
    ...(reference !== undefined && { reference: reference.toString() }),
    attempt: attemptOf(finished),
    status,
    code,
    message: message.slice(0, MAX_MESSAGE),
    ...shortDetail(detail),
    ...(by !== undefined && { by }),
    origin: eventOriginOf(request),
  };
}

/** Returns the explanation as the JSON that the client got, unless it is long. */
function shortDetail(detail: unknown): Pick<NotedFailure, 'detail'> {
  const shown: unknown = Array.isArray(detail) ? detail.slice(0, MAX_ITEMS) : detail;
  const text = JSON.stringify(shown) as string | undefined;
  if (text === undefined || text.length > MAX_DETAIL) return {};
  return { detail: JSON.parse(text) as unknown };
}
