import { type components } from './schema.js';

/** Why a request failed, as the registry says. RFC 9457. */
export type Problem = components['schemas']['Problem'];

/** A request to the API failed. The message says what is wrong. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    /** The kind of failure, such as `tag-changed`; `unknown` if something else than the registry answered. */
    readonly code: string,
    message: string,
    /** What helps a program or a person, if the registry says it. */
    readonly about: unknown,
  ) {
    super(message);
  }
}

/** Returns the problem of an answer, whatever its body is: a proxy may answer in place of the registry. */
export function problemOf({ status, statusText }: Response, body: unknown): ApiProblem {
  const { code, detail, about } = Object(body) as Partial<Problem>;
  if (typeof code === 'string' && typeof detail === 'string') {
    return new ApiProblem(status, code, detail, about);
  }
  const message = `the server answered ${`${status} ${statusText}`.trim()}`;
  return new ApiProblem(status, 'unknown', message, undefined);
}
