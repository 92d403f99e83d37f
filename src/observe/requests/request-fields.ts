import { type Response } from 'express';

import { type FinishedRequest } from '../../http/oci/finished-request.js';
import { mirrorOutcomeOf } from '../../http/oci/mirror-outcome.js';
import { requestIdOf } from '../../http/server/request-id.js';
import { traceIdOf } from '../../http/server/trace-parent.js';
import { type LogFields } from '../../log/log-record.js';
import { callerOf, type Caller } from './caller.js';

/** Returns the fields of a line about a request. */
export function fieldsOf(finished: FinishedRequest): LogFields & Caller {
  const { request, response, milliseconds } = finished;
  return {
    request: requestIdOf(response),
    route: finished.route,
    method: request.method,
    repository: finished.repository,
    reference: finished.reference?.toString(),
    status: finished.status,
    cut: finished.cut ? true : undefined,
    ms: Math.round(milliseconds * 10) / 10,
    mirror: mirrorOf(finished),
    sent: finished.sent,
    received: finished.received,
    ...callerOf(request),
    trace: traceIdOf(request),
  };
}

/** Returns the mirror that answered and how, as in `docker.io/hit`. */
function mirrorOf({ request }: FinishedRequest): string | undefined {
  const outcome = mirrorOutcomeOf(request);
  return outcome && `${outcome.mirror}/${outcome.result}`;
}

/** What is between the parts of a line for people. */
export const LINE_GAP = '  ';

/** Returns a repository with its tag, as in `team/app:1.0`, or its digest. */
export function imageName(repository: string, reference: string | undefined): string {
  if (reference === undefined) return repository;
  return `${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/** Returns the name and address of a caller and its program, for people: `alice@10.0.0.7` and `docker/28.2`. */
export function callerParts({ who, from, agent }: Caller): string[] {
  // What follows the first word names libraries and the system.
  const program = agent?.split(' ', 1)[0]?.slice(0, 64);
  return [who === undefined ? from : `${who}@${from}`, ...(program ? [program] : [])];
}

/** Returns the digest of the content that a response is about. */
export function digestOf(response: Response): string | undefined {
  const digest = response.getHeader('Docker-Content-Digest');
  return typeof digest === 'string' ? digest : undefined;
}
