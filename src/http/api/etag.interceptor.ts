import { createHash } from 'node:crypto';

import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { map, type Observable } from 'rxjs';

/** Gives each answer to a GET an ETag, and answers 304 without a body if the client has the same. RFC 9110, section 13.1.2. */
export class EtagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    response.setHeader('Cache-Control', 'private, no-cache');
    if (request.method !== 'GET' && request.method !== 'HEAD') return next.handle();
    return next.handle().pipe(map((body) => answer(request, response, body)));
  }
}

function answer({ headers }: Request, response: Response, body: unknown): unknown {
  // A handler that has set an ETag knows better, and one that has answered itself returns nothing.
  if (body === undefined || response.hasHeader('ETag')) return body;
  const etag = `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 27)}"`;
  response.setHeader('ETag', etag);
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag) !== true) return body;
  response.status(304);
  return undefined;
}
