import { type Request, type RequestHandler, type Response } from 'express';

import { type RegistryError } from '../../domain/errors.js';

/** Returns why a request is refused before any route sees it, or `undefined` if it is not. */
export type RequestCheck = (request: Request, response: Response) => RegistryError | undefined;

/** Makes one middleware that refuses requests by the first of the checks that fails: a middleware costs more than most checks. */
export function refuseBy(checks: readonly RequestCheck[]): RequestHandler {
  return (request, response, next) => {
    for (const check of checks) {
      const refusal = check(request, response);
      if (refusal !== undefined) return next(refusal);
    }
    next();
  };
}
