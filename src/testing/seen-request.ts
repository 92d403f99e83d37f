import { type IncomingHttpHeaders } from 'node:http';

import { ANY_TEXT, checkFields, type Fields, type Kind } from './check-arguments.js';
import { OPERATIONS, type Operation, type Target } from './operations.js';

/** A request that ended, with or without a response. */
export interface SeenRequest extends Target {
  readonly headers: IncomingHttpHeaders;
  /** The status of the response; `undefined` if none had begun. */
  readonly status: number | undefined;
  /** Whether the connection ended before the response was complete. */
  readonly aborted: boolean;
  /** The bytes of the request body that arrived. */
  readonly bytesReceived: number;
  /** The bytes of the response body that were sent. */
  readonly bytesSent: number;
}

/** Selects the requests that match every field that is set. */
export interface RequestFilter {
  readonly operation?: Operation | readonly Operation[];
  readonly repository?: string;
  readonly reference?: string;
  readonly method?: string;
}

const OPERATION: Kind = {
  allowed: `one or several of ${OPERATIONS.join(', ')}`,
  fits: (value) => [value].flat().every((one) => (OPERATIONS as readonly unknown[]).includes(one)),
};

const FIELDS: Fields<RequestFilter> = {
  operation: OPERATION,
  repository: ANY_TEXT,
  reference: ANY_TEXT,
  method: ANY_TEXT,
};

/** Checks the fields of a filter. @throws TypeError for an unknown or invalid field */
export function checkFilter(filter: RequestFilter): void {
  checkFields<RequestFilter>('a filter', filter, FIELDS);
}

/** Returns whether a request for `target` matches the filter. */
export function fits(filter: RequestFilter, target: Target): boolean {
  const operations: readonly Operation[] = [filter.operation ?? target.operation].flat();
  const { repository = target.repository, reference = target.reference } = filter;
  const method = filter.method?.toUpperCase() ?? target.method;
  return (
    operations.includes(target.operation) &&
    repository === target.repository &&
    reference === target.reference &&
    method === target.method
  );
}

/** Returns one line about the request and its outcome, for people. */
export function lineOf({ operation, method, path, query, status, aborted }: SeenRequest): string {
  const url = query === '' ? path : `${path}?${query}`;
  return `${operation}: ${method} ${url} ${status ?? 'no response'}${aborted ? ' (cut)' : ''}`;
}
