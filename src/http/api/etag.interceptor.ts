import { createHash } from 'node:crypto';

import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { tap, type Observable } from 'rxjs';

/** Gives each answer to a GET an ETag. Express then responds with 304 to a client that has the same. RFC 9110, section 13.1.2. */
export class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const { method } = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    response.setHeader('Cache-Control', 'private, no-cache');
    if (method !== 'GET' && method !== 'HEAD') return next.handle();
    return next.handle().pipe(tap((body) => setEtag(response, body)));
  }
}

function setEtag(response: Response, body: unknown): void {
  // A handler that has set an ETag knows better, and one that has answered itself returns nothing.
  if (body === undefined || response.hasHeader('ETag')) return;
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url');
  response.setHeader('ETag', `"${hash.slice(0, 27)}"`);
}
