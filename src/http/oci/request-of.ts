import { type ArgumentsHost } from '@nestjs/common';
import { type Request } from 'express';

/** Returns the request that a guard, a parameter or a handler is for. `switchToHttp` would make three functions at each call. */
export function requestOf(context: ArgumentsHost): Request {
  return context.getArgByIndex<Request>(0);
}
