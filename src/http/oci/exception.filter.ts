import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { type Request, type Response } from 'express';

import { RegistryError, type FailureKind } from '../../domain/errors.js';
import { Log, type PartLog } from '../../log/log.js';
import { isApiRequest } from '../server/api-path.js';
import { requestIdOf } from '../server/request-id.js';
import { traceIdOf } from '../server/trace-parent.js';
import { recordFailure } from './failure-of-request.js';
import { LoginRequired } from './login-required.js';
import { ERROR_TABLE, INTERNAL_ERROR } from './error-table.js';
import { problemOf, PROBLEM_TYPE } from './problem.js';
import { type RenderedError } from './rendered-error.js';
import { sendJson, type Headers } from './send.js';

/** Renders every error as the specification's error JSON, "Error Codes"; those of the API as RFC 9457 defines them. */
@Catch()
export class RegistryExceptionFilter implements ExceptionFilter {
  private readonly log: PartLog;

  constructor(log: Log) {
    this.log = log.of('Registry');
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const ofApi = isApiRequest(request);
    const rendered = fromError(error, ofApi);
    recordFailure(request, rendered);
    const sent =
      rendered.status >= 500 ? this.logged(error, rendered, request, response) : rendered;
    // A response that has begun cannot become an error. It is cut, so that it does not look complete.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, code, message, detail, headers } = sent;
    if (ofApi) sendJson(response, status, problemOf(sent), headers, PROBLEM_TYPE);
    else sendJson(response, status, { errors: [{ code, message, detail }] }, headers);
  }

  /** Logs a failure of the registry. Returns it with the id by which the operator finds the line of the log. */
  private logged(
    error: unknown,
    rendered: RenderedError,
    request: Request,
    response: Response,
  ): RenderedError {
    const id = requestIdOf(response);
    const fields = { request: id, method: request.method, status: rendered.status };
    const trace = traceIdOf(request);
    const line = `${request.method} ${request.path} ${rendered.status} (request ${id})`;
    this.log.error(line, causes(error), { ...fields, trace });
    const { detail } = rendered;
    const given = typeof detail === 'object' && detail !== null ? detail : {};
    return { ...rendered, detail: { ...given, request: id } };
  }
}

/** Returns the client's view of `error`. Messages and stacks stay hidden unless they were written for clients. */
function fromError(error: unknown, ofApi = false): RenderedError {
  if (error instanceof RegistryError) {
    const { kind, message, detail } = error;
    return { ...ERROR_TABLE[kind], kind, message, detail, headers: headersOf(error) };
  }
  if (error instanceof HttpException) return fromFramework(error.getStatus(), ofApi);
  return INTERNAL;
}

/** A failure of the registry itself. */
const INTERNAL: RenderedError = {
  ...INTERNAL_ERROR,
  kind: 'internal',
  message: 'the registry failed; its log says why',
};

/** Renders the errors of Nest and Express: a path without a route, or a URL with a bad escape. */
function fromFramework(status: number, ofApi: boolean): RenderedError {
  if (status === 404) return unknownPath(ofApi);
  if (status >= 500) return { ...INTERNAL, status };
  const detail = { advice: 'check the escapes of the URL' };
  const row = { ...ERROR_TABLE['request-malformed'], status };
  return { ...row, kind: 'request-malformed', message: 'the request is malformed', detail };
}

function unknownPath(ofApi: boolean): RenderedError {
  const advice = ofApi
    ? '/api lists the paths of the API'
    : 'image clients use the paths below /v2/';
  const row = ERROR_TABLE['path-unknown'];
  return { ...row, kind: 'path-unknown', message: 'no such path', detail: { advice } };
}

/** The failures that say in their detail after how many seconds a client may ask again. */
const MAY_RETRY: readonly FailureKind[] = [
  'storage-gone',
  'too-many-requests',
  'upstream-limited',
  'upstream-unavailable',
];

function headersOf(error: RegistryError): Headers {
  if (error instanceof LoginRequired) {
    // Older clients read this header from the first response to find out the protocol.
    return {
      'WWW-Authenticate': error.challenge,
      'Docker-Distribution-Api-Version': 'registry/2.0',
    };
  }
  const { kind, detail } = error;
  if (typeof detail !== 'object' || detail === null) return {};
  if (kind === 'method-unsupported' && 'allow' in detail) return { Allow: String(detail.allow) };
  if (MAY_RETRY.includes(kind) && 'retryAfter' in detail) {
    return { 'Retry-After': String(detail.retryAfter) };
  }
  if (kind === 'range-unsatisfiable' && 'size' in detail) {
    return { 'Content-Range': `bytes */${String(detail.size)}` };
  }
  return {};
}

/** Returns the stacks of an error and of all its causes. */
function causes(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${causes(error.cause)}`;
}
