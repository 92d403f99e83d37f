import { randomUUID } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { type NotedReuse } from '../../domain/live-note.js';
import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { nameOfCaller } from '../requests/request-event.js';
import { digestOf } from '../requests/request-fields.js';

/** How many blobs a note has, and for how long. In milliseconds. */
const MAX_REUSES = 200;
const TOLD_MS = 30_000;

/** Knows the blobs that clients asked for before they pushed them, and did not have to push. Only while somebody looks. */
export class ReusedBlobs implements RequestObserver {
  readonly methods = ['HEAD', 'POST'] as const;
  private readonly recent = new LRUCache<string, NotedReuse>({ max: MAX_REUSES, ttl: TOLD_MS });

  /** @param wake is called when there is something to tell */
  constructor(
    readonly isAwake: () => boolean,
    private readonly wake: () => void,
  ) {}

  finished(finished: FinishedRequest): void {
    const { request, response, repository } = finished;
    const [how, digest] = [howReused(finished), digestOf(response)];
    if (how === undefined || repository === undefined || digest === undefined) return;
    const by = nameOfCaller(request);
    const size = how === 'exists' ? Number(response.getHeader('Content-Length')) : undefined;
    const id = randomUUID();
    this.recent.set(id, {
      id,
      time: new Date().toISOString(),
      repository,
      digest,
      how,
      ...(size !== undefined && { size }),
      ...(by !== undefined && { by }),
    });
    this.wake();
  }

  /** Whether there is nothing to tell. */
  get isIdle(): boolean {
    this.recent.purgeStale();
    return this.recent.size === 0;
  }

  now(): NotedReuse[] {
    return [...this.recent.values()];
  }
}

/** Returns how a push was spared a blob, or `undefined` if the request does not mean that. */
function howReused({
  request,
  route,
  status,
  received,
}: FinishedRequest): NotedReuse['how'] | undefined {
  if (request.method === 'HEAD') return route === 'blob' && status === 200 ? 'exists' : undefined;
  // A mount that is not possible, with a digest, is a push in one request.
  const isMount = received === 0 && /[?&]mount=/.test(request.originalUrl);
  return route === 'upload' && status === 201 && isMount ? 'mounted' : undefined;
}
