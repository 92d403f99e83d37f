import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

import { type PartLog } from '../../log/log.js';
import { loggedTarget } from './logged-target.js';

/** Logs one line for each request after its response was sent: method, target, status, milliseconds. */
export function accessLog(log: PartLog): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begin = performance.now();
    response.once('close', () => {
      const status = response.writableFinished ? String(response.statusCode) : 'cut';
      const milliseconds = (performance.now() - begin).toFixed(1);
      const line = `${request.method} ${shownTarget(request)} ${status} ${milliseconds} ms`;
      // Supervisors ask every few seconds, which would fill the log.
      if (request.path === '/health') log.debug(line);
      else log.log(line);
    });
    next();
  };
}

function shownTarget({ originalUrl }: Request): string {
  const { text, length } = loggedTarget(originalUrl);
  return length === undefined ? text : `${text}… (${length} characters)`;
}
