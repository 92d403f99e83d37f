import { STATUS_CODES } from 'node:http';

import { type RenderedError } from './rendered-error.js';

/** The media type of an error of the API. RFC 9457. */
export const PROBLEM_TYPE = 'application/problem+json';

/** Returns an error in the form of RFC 9457. `code` names the kind of failure. */
export function problemOf({ status, kind, message, detail }: RenderedError): object {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code: kind,
    ...(detail === undefined ? {} : { about: detail }),
  };
}
