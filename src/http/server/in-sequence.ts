import { type NextFunction, type RequestHandler } from 'express';

/**
 * Returns one middleware that runs all of these, each after the one before has called `next`. A middleware of its own would cost each
 * request a microsecond in Express's router, however little it does.
 */
export function inSequence(handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    let index = 0;
    const proceed: NextFunction = (error?: unknown) => {
      const handler = handlers[index++];
      // Express takes `null` for no error, too.
      if (handler === undefined || (error !== undefined && error !== null)) return next(error);
      try {
        void handler(request, response, proceed);
      } catch (thrown) {
        // A handler may run after a wait, where Express does not catch what it throws.
        next(thrown);
      }
    };
    proceed();
  };
}
