import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { applyFault } from './apply-fault.js';
import { type FaultPlan } from './fault-options.js';
import { Faults } from './faults.js';
import { observe } from './observe.js';
import { targetOf } from './operations.js';
import { RequestLog } from './request-log.js';

/** Answers a request as Node hands it on. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Stands before a registry: sees what is asked and answered, and has go wrong what a test wants to. */
export class Front {
  log = new RequestLog();
  faults = new Faults();
  private readonly underWay = new Set<ServerResponse>();
  private closed = false;

  private constructor(private readonly serve: Handler) {}

  /** Puts a front before all that listens for the requests of `server`. */
  static before(server: Server): Front {
    const listeners = server.listeners('request') as Handler[];
    const front = new Front((request, response) => {
      for (const listener of listeners) listener.call(server, request, response);
    });
    server.removeAllListeners('request').on('request', front.handle);
    return front;
  }

  readonly handle: Handler = (request, response) => {
    // A server of the test's own may call it still.
    if (this.closed) return void response.destroy();
    // Express cuts off where a handler is mounted, and the registry's paths begin with /v2 wherever it is.
    const { originalUrl = request.url } = request as IncomingMessage & { originalUrl?: string };
    request.url = originalUrl ?? '/';
    const target = targetOf(request.method ?? '', request.url);
    observe(request, response, target, this.log);
    this.underWay.add(response);
    response.once('close', () => this.underWay.delete(response));
    const plan = this.faults.take(target);
    if (plan === undefined) this.serve(request, response);
    else this.meet(plan, request, response);
  };

  /** Forgets what was seen and what was to go wrong, and cuts off the requests under way. */
  reset(reason: string): void {
    this.log.end(reason);
    this.log = new RequestLog();
    this.faults = new Faults();
    // One whose answer is on its way is over, for all that anybody can tell.
    for (const response of this.underWay) if (!response.writableEnded) response.destroy();
  }

  /** Answers nothing from now on, and cuts off the requests under way. */
  close(): void {
    this.closed = true;
    this.reset('the registry was closed');
  }

  private meet(plan: FaultPlan, request: IncomingMessage, response: ServerResponse): void {
    const go = () => applyFault(plan, request, response, () => this.serve(request, response));
    if (plan.delayMs === 0) return go();
    const timer = setTimeout(go, plan.delayMs);
    response.once('close', () => clearTimeout(timer));
  }
}
