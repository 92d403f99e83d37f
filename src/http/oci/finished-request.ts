import { type Request, type RequestHandler, type Response } from 'express';

import { tryParseReference, type Reference } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { receivedOf } from '../server/received-bytes.js';
import { tryRepositoryOf } from './request-parameters.js';
import { routeOf, type Route } from './request-route.js';

/** The methods that observers can distinguish. Any other is `other`, because a client may send any word. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export type Method = (typeof METHODS)[number] | 'other';

/** The status of a request whose client disconnected before any response, as nginx logs it. */
const CLIENT_LEFT = 499;

/** Sees requests begin and finish. It must not throw, and it must not change the request or the response. */
export interface RequestObserver {
  /** The methods of the requests that it sees, by default all. Others cost it nothing. */
  readonly methods?: readonly Method[];
  /** Returns whether it wants to see a request that begins now. By default it does. Other requests cost little more than this question. */
  isAwake?(): boolean;
  /** Called before routing, so that the route is not known yet. */
  begun?(request: Request, response: Response): void;
  /** Called once, when the response was sent or the client disconnected. */
  finished(request: FinishedRequest): void;
}

/** A request whose response was sent, or whose client disconnected. */
export class FinishedRequest {
  /** How long the request took, from its arrival to the last byte of the response. */
  readonly milliseconds: number;

  constructor(
    readonly request: Request,
    readonly response: Response,
    private readonly start: Start,
  ) {
    this.milliseconds = performance.now() - start.at;
  }

  get method(): Method {
    const { method } = this.request;
    return (METHODS as readonly string[]).includes(method) ? (method as Method) : 'other';
  }

  get route(): Route {
    return routeOf(this.request);
  }

  /** The repository in the path, if the path has a valid name of one. */
  get repository(): RepositoryName | undefined {
    return tryRepositoryOf(this.request);
  }

  /** The tag or digest that ends the path, if the path has a valid one. */
  get reference(): Reference | undefined {
    const { reference, digest, tag } = this.request.params;
    const text = reference ?? digest ?? tag;
    return typeof text === 'string' ? tryParseReference(text) : undefined;
  }

  /** The status of the response, or 499 if the client disconnected before the response began. */
  get status(): number {
    const { response } = this;
    return response.headersSent ? response.statusCode : CLIENT_LEFT;
  }

  /** Whether the client disconnected before the response was complete. */
  get cut(): boolean {
    return !this.response.writableFinished;
  }

  /** How many bytes of the request's body the registry read. */
  get received(): number {
    return receivedOf(this.request);
  }

  /** How many bytes of the response's body were sent. Of a cut response some may not have arrived. */
  get sent(): number {
    const { request, response } = this;
    const { statusCode } = response;
    if (request.method === 'HEAD' || statusCode === 204 || statusCode === 304) return 0;
    const length = Number(response.getHeader('Content-Length') ?? 0);
    if (!this.cut) return length;
    return Math.min(length, request.socket.bytesWritten - this.start.bytesWritten);
  }
}

interface Start {
  readonly at: number;
  /** How many bytes the connection had sent before. */
  readonly bytesWritten: number;
}

/** Node adds up the buffers of a connection to say how many bytes it has sent, so a HEAD, which sends none, does not ask. */
function startOf({ method, socket }: Request): Start {
  return { at: performance.now(), bytesWritten: method === 'HEAD' ? 0 : socket.bytesWritten };
}

/** Tells each observer about each request of its methods. */
export function watchRequests(observers: readonly RequestObserver[]): RequestHandler {
  const seenBy = (method: Method): readonly RequestObserver[] =>
    observers.filter(({ methods }) => methods?.includes(method) ?? true);
  const byMethod = new Map<string, readonly RequestObserver[]>(
    METHODS.map((method) => [method, seenBy(method)]),
  );
  const ofOthers = seenBy('other');
  return (request, response, next) => {
    const watching = awake(byMethod.get(request.method) ?? ofOthers);
    if (watching.length === 0) return next();
    const start = startOf(request);
    for (const observer of watching) observer.begun?.(request, response);
    // A response is closed once; `once` would only cost more.
    response.on('close', () => {
      const finished = new FinishedRequest(request, response, start);
      for (const observer of watching) observer.finished(finished);
    });
    next();
  };
}

function isAwake(observer: RequestObserver): boolean {
  return observer.isAwake?.() ?? true;
}

/** Returns the observers that want to see a request. Nearly always these are all. */
function awake(observers: readonly RequestObserver[]): readonly RequestObserver[] {
  return observers.every(isAwake) ? observers : observers.filter(isAwake);
}
