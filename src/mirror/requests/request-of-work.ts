import { AsyncLocalStorage } from 'node:async_hooks';

import { type Request, type RequestHandler } from 'express';

import { rightsOf } from '../../access/guard/rights-of.js';
import { type MirroredKind, type MirrorResult } from '../../domain/mirror-report.js';
import { recordMirrorOutcome } from '../../http/oci/mirror-outcome.js';

const requests = new AsyncLocalStorage<Request>();

/** Lets the ports of mirrors know the request that they work for. */
export const withRequest: RequestHandler = (request, _response, next) => {
  requests.run(request, next);
};

/** Whether the client that is served now is among these users and groups. Without a client, everything may be fetched. */
export function mayFetch(who: readonly string[]): boolean {
  const request = requests.getStore();
  return request === undefined || rightsOf(request)?.isOneOf(who) === true;
}

/** Records how a mirror answered the request that is served now. */
export function recordAnswer(mirror: string, _kind: MirroredKind, result: MirrorResult): void {
  const request = requests.getStore();
  if (request !== undefined) recordMirrorOutcome(request, { mirror, result });
}
