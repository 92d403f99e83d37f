import { randomUUID } from 'node:crypto';

import { type Request, type Response } from 'express';
import { LRUCache } from 'lru-cache';

import { type NotedPull } from '../../domain/live-note.js';
import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { tryRepositoryOf } from '../../http/oci/request-parameters.js';
import { InFlight } from '../../http/server/in-flight.js';
import { RequestValue } from '../../http/server/request-value.js';
import { routeOf } from '../../http/oci/request-route.js';
import { nameOfCaller } from '../requests/request-event.js';
import { digestOf } from '../requests/request-fields.js';

/** Smaller downloads are over before anybody sees them. In bytes. */
const LARGE_BYTES = 1024 ** 2;

/** How many downloads a note has, and how long it has one that is over. In milliseconds. */
const MAX_RUNNING = 100;
const MAX_OVER = 50;
const OVER_MS = 30_000;

/** A request that may be the download of a large blob. */
interface Running {
  readonly request: Request;
  readonly response: Response;
  /** How many bytes the connection had sent before. */
  readonly before: number;
  /** What was told of it last. */
  last?: NotedPull;
}

/** Knows the downloads of large blobs that this process serves. What they have sent is looked up only for a note. */
export class PullsInProgress implements RequestObserver {
  readonly methods = ['GET'] as const;
  private readonly requests = new InFlight<Request>();
  private readonly running = new RequestValue<Running>('download');
  private readonly over = new LRUCache<string, NotedPull>({ max: MAX_OVER, ttl: OVER_MS });

  /** @param wake is called when there may be something to tell */
  constructor(private readonly wake: () => void) {}

  begun(request: Request, response: Response): void {
    // The route is not known yet, and most requests are not for a blob.
    if (!request.url.includes('/blobs/')) return;
    this.requests.add(request);
    this.running.set(request, { request, response, before: request.socket.bytesWritten });
    this.wake();
  }

  finished(finished: FinishedRequest): void {
    const running = this.running.get(finished.request);
    if (running === undefined) return;
    this.requests.remove(finished.request);
    const pull = noted(running);
    if (pull === undefined) return;
    const time = new Date().toISOString();
    const ended = finished.cut ? 'cut' : 'complete';
    this.over.set(pull.id, { ...pull, time, sentBytes: finished.sent, ended });
  }

  /** Whether there is nothing to tell, and nothing of which that could become clear. */
  get isIdle(): boolean {
    this.over.purgeStale();
    return this.requests.size === 0 && this.over.size === 0;
  }

  /** Returns the downloads in progress, and those that ended a moment ago. */
  now(): NotedPull[] {
    const pulls: NotedPull[] = [];
    for (const request of this.requests) {
      const running = this.running.get(request);
      const pull = running && noted(running);
      if (pull !== undefined) pulls.push(pull);
      if (pulls.length >= MAX_RUNNING) break;
    }
    return [...pulls, ...this.over.values()];
  }
}

/** Returns how far a download is, or `undefined` if it is not that of a large blob. */
function noted(running: Running): NotedPull | undefined {
  const { request, before, last = begunPull(running) } = running;
  if (last === undefined) return undefined;
  // The bytes of a connection include the headers.
  const sentBytes = Math.min(request.socket.bytesWritten - before, last.totalBytes);
  const isSame = sentBytes === last.sentBytes;
  running.last = isSame ? last : { ...last, sentBytes, time: new Date().toISOString() };
  return running.last;
}

/** Returns the download of a large blob that has sent nothing, or `undefined` if the request is not one. */
function begunPull({ request, response }: Running): NotedPull | undefined {
  const totalBytes = bytesOf(request, response);
  // Most requests end here, also those that were refused before anything knew their repository.
  if (totalBytes === 0) return undefined;
  const [repository, digest] = [tryRepositoryOf(request), digestOf(response)];
  if (repository === undefined || digest === undefined) return undefined;
  const by = nameOfCaller(request);
  return {
    id: randomUUID(),
    time: new Date().toISOString(),
    repository,
    digest,
    sentBytes: 0,
    totalBytes,
    ...(by !== undefined && { by }),
  };
}

/** Returns how many bytes of a large blob the client gets, or 0 if it gets none. */
function bytesOf(request: Request, response: Response): number {
  const { statusCode } = response;
  if (!response.headersSent || (statusCode !== 200 && statusCode !== 206)) return 0;
  // The length comes first, because most responses are short.
  const bytes = Number(response.getHeader('Content-Length') ?? 0);
  return bytes >= LARGE_BYTES && routeOf(request) === 'blob' ? bytes : 0;
}
