import { type IncomingMessage } from 'node:http';

import { type ErrorCode } from './error-table.js';
import { RequestValue } from '../server/request-value.js';

/** The code, the message and the explanation of an error response. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: unknown;
}

const failures = new RequestValue<Failure>('failure');

/** Records why a request failed. */
export function recordFailure(request: IncomingMessage, { code, message, detail }: Failure): void {
  failures.set(request, { code, message, detail });
}

/** Returns the recorded failure, or `undefined` if the request has not failed. */
export function failureOf(request: IncomingMessage): Failure | undefined {
  return failures.get(request);
}
