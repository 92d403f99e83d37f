import { type IncomingHttpHeaders } from 'node:http';

import { OPERATIONS, type Operation, type Target } from './operations.js';

/** A request that the registry has answered, or that ended before it could. */
export interface SeenRequest extends Target {
  readonly headers: IncomingHttpHeaders;
  /** The status of the answer; `undefined` when none had begun. */
  readonly status: number | undefined;
  /** Whether the connection ended before the answer was out. */
  readonly aborted: boolean;
  /** The bytes of the request's body that came in. */
  readonly bytesReceived: number;
  /** The bytes of the answer's body that went out. */
  readonly bytesSent: number;
}

/** Which requests are meant: those that agree in each field that is given. */
export interface RequestFilter {
  readonly operation?: Operation | readonly Operation[];
  readonly repository?: string;
  readonly reference?: string;
  readonly method?: string;
}

const FIELDS = ['operation', 'repository', 'reference', 'method'];

/** Refuses a filter that no request can fit. @throws TypeError that says why */
export function checkFilter(filter: RequestFilter): void {
  const other = Object.keys(filter).find((field) => !FIELDS.includes(field));
  if (other !== undefined) throw new TypeError(`a filter has no ${other}: ${FIELDS.join(', ')}`);
  const operations: readonly Operation[] = [filter.operation ?? []].flat();
  const unknown = operations.find((operation) => !OPERATIONS.includes(operation));
  if (unknown !== undefined) {
    throw new TypeError(`there is no operation ${unknown}: ${OPERATIONS.join(', ')}`);
  }
}

/** Whether the request that asks for `target` is one of those meant. */
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

/** One line for a person: what was asked, and what came of it. */
export function lineOf({ operation, method, path, query, status, aborted }: SeenRequest): string {
  const url = query === '' ? path : `${path}?${query}`;
  return `${operation}: ${method} ${url} ${status ?? 'no answer'}${aborted ? ' (cut)' : ''}`;
}
