import { type Request } from 'express';

import { type EventOrigin } from '../../domain/registry-event.js';
import { clientAddress, publicOrigin } from '../server/origin.js';
import { requestIdOf } from '../server/request-id.js';

/** A client may send a text of any length. */
const MAX_AGENT_LENGTH = 256;

/** Returns what the events of a request's changes say about the request. */
export function eventOriginOf(request: Request): EventOrigin {
  const requestId = request.res && requestIdOf(request.res);
  const [scheme = '', host = ''] = publicOrigin(request).split('://');
  const userAgent = request.headers['user-agent']?.slice(0, MAX_AGENT_LENGTH);
  return {
    ...(requestId !== undefined && { requestId }),
    address: clientAddress(request),
    scheme,
    host,
    method: request.method,
    ...(userAgent !== undefined && { userAgent }),
  };
}
