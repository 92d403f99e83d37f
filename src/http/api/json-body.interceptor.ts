import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type Request } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { tryParseMediaType } from '../../domain/media-type.js';
import { bodyTextOf } from '../oci/request-body.js';
import { requestOf } from '../oci/request-of.js';

/** The largest body of a request to the API, in bytes. */
const MAX_BODY_BYTES = 256 * 1024;

const METHODS_WITH_BODY = ['PUT', 'POST', 'PATCH'];

/** Reads the JSON body of a request before its handler. The rest of the registry has no body parser, because digests need raw bytes. */
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(
    context: ExecutionContext,
    next: CallHandler,
  ): Promise<ReturnType<CallHandler['handle']>> {
    const request = requestOf(context);
    if (METHODS_WITH_BODY.includes(request.method)) request.body = await jsonOf(request);
    return next.handle();
  }
}

/** Resolves to the body, or to an empty object without a body. @throws RegistryError `request-malformed` */
async function jsonOf(request: Request): Promise<unknown> {
  const tooLarge = (): RegistryError =>
    malformed('the body is too large', { limit: MAX_BODY_BYTES });
  const text = await bodyTextOf(request, MAX_BODY_BYTES, tooLarge);
  if (text.trim() === '') return {};
  const contentType = request.headers['content-type'] ?? '';
  // Another type is what a form on a stranger's page can send.
  if (tryParseMediaType(contentType) !== 'application/json') {
    throw malformed('the body must have the Content-Type application/json', { contentType });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('the body is not valid JSON', { contentType });
  }
}

function malformed(message: string, detail: object): RegistryError {
  return new RegistryError('request-malformed', message, detail);
}
