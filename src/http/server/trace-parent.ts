import { type IncomingMessage } from 'node:http';

import { RequestValue } from './request-value.js';

/** The caller's place in a trace. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The ids of traces that began here. */
const begun = new RequestValue<string>('trace');

const FORM = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * Parses the `traceparent` of a request. Returns `undefined` for a request without a valid one.
 *
 * @see W3C Trace Context, section 3.2
 */
export function traceParentOf({ headers }: IncomingMessage): TraceParent | undefined {
  const header = headers['traceparent'];
  return typeof header === 'string' ? parseTraceParent(header) : undefined;
}

/** Parses a `traceparent`. A later version may have more fields at its end. */
function parseTraceParent(header: string): TraceParent | undefined {
  const [, version, traceId = '', spanId = '', flags = '', more] = FORM.exec(header) ?? [];
  if (version === undefined || version === 'ff') return undefined;
  if (version === '00' && more !== undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Records the trace that a request belongs to. */
export function setTraceId(request: IncomingMessage, traceId: string): void {
  begun.set(request, traceId);
}

/** Returns the id of the request's trace: the recorded one, or that of its `traceparent`. */
export function traceIdOf(request: IncomingMessage): string | undefined {
  return begun.get(request) ?? traceParentOf(request)?.traceId;
}
