import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { applyFault } from './apply-fault.js';
import { type FaultPlan } from './fault-options.js';
import { Faults } from './faults.js';
import { observe } from './observe.js';
import { targetOf } from './operations.js';
import { RequestLog } from './request-log.js';

/** The message of every call after `close`. */
export const CLOSED = 'the registry is closed: create another one with createTestRegistry';

/** Handles a request of Node's HTTP server. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Runs before a registry: records requests and responses, and applies faults. */
export class Front {
  log = new RequestLog();
  faults = new Faults();
  private readonly inProgress = new Set<ServerResponse>();
  private closed = false;

  private constructor(private readonly serve: Handler) {}

  /** Installs a front before all request listeners of `server`. */
  static before(server: Server): Front {
    const listeners = server.listeners('request') as Handler[];
    const front = new Front((request, response) => {
      for (const listener of listeners) listener.call(server, request, response);
    });
    server.removeAllListeners('request').on('request', front.handle);
    return front;
  }

  readonly handle: Handler = (request, response) => {
    // A server of the test may still call this handler.
    if (this.closed) return void response.destroy();
    // Express removes the mount path from `url`, but the registry's paths begin with /v2.
    const { originalUrl = request.url } = request as IncomingMessage & { originalUrl?: string };
    request.url = originalUrl ?? '/';
    const target = targetOf(request.method ?? '', request.url);
    observe(request, response, target, this.log);
    this.inProgress.add(response);
    response.once('close', () => this.inProgress.delete(response));
    const plan = this.faults.take(target);
    if (plan === undefined) this.serve(request, response);
    else this.meet(plan, request, response);
  };

  /** Forgets the requests and faults, and cuts the requests in progress. */
  reset(reason: string): void {
    this.log.end(reason);
    this.log = new RequestLog();
    this.faults = new Faults();
    // A request whose response is being sent is complete as far as the client can tell.
    for (const response of this.inProgress) if (!response.writableEnded) response.destroy();
  }

  /** Handles no further requests, and cuts those in progress. */
  close(): void {
    this.closed = true;
    this.reset(CLOSED);
    this.log.end(CLOSED);
  }

  private meet(plan: FaultPlan, request: IncomingMessage, response: ServerResponse): void {
    const go = () => applyFault(plan, request, response, () => this.serve(request, response));
    if (plan.delayMs === 0) return go();
    const timer = setTimeout(go, plan.delayMs);
    response.once('close', () => clearTimeout(timer));
  }
}
