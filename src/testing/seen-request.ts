import { type IncomingHttpHeaders } from 'node:http';

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

const FIELDS = ['operation', 'repository', 'reference', 'method'];

/** Checks the fields of a filter. @throws TypeError for an unknown field or operation */
export function checkFilter(filter: RequestFilter): void {
  const other = Object.keys(filter).find((field) => !FIELDS.includes(field));
  if (other !== undefined)
    throw new TypeError(`a filter has no ${other}; allowed: ${FIELDS.join(', ')}`);
  const operations: readonly Operation[] = [filter.operation ?? []].flat();
  const unknown = operations.find((operation) => !OPERATIONS.includes(operation));
  if (unknown !== undefined) {
    throw new TypeError(`there is no operation ${unknown}; allowed: ${OPERATIONS.join(', ')}`);
  }
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
