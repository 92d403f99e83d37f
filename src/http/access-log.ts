import { Logger } from '@nestjs/common';
import { type NextFunction, type Request, type Response } from 'express';

const logger = new Logger('Access');

/** Logs one line for each request when its answer is out: method, target, status, milliseconds. */
export function accessLog(request: Request, response: Response, next: NextFunction): void {
  const begin = performance.now();
  response.once('close', () => {
    const status = response.writableFinished ? String(response.statusCode) : 'cut';
    const milliseconds = (performance.now() - begin).toFixed(1);
    const line = `${request.method} ${request.originalUrl} ${status} ${milliseconds} ms`;
    // Supervisors ask every few seconds; nobody wants to read that.
    if (request.path === '/health') logger.debug(line);
    else logger.log(line);
  });
  next();
}
