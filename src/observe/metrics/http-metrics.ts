import { type Request } from 'express';
import { Counter, Gauge, type Registry } from 'prom-client';

import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { routeOf, ROUTES } from '../../http/oci/request-route.js';
import { InFlight } from '../../http/server/in-flight.js';
import { AUTH_RESULTS, authResultOf } from './auth-result.js';
import { RepositoryMetrics } from './repository-metrics.js';
import { RequestMetrics } from './request-metrics.js';

/** Counts requests by method, route and status. Labels come from fixed lists, never from a client. */
export class HttpMetrics implements RequestObserver {
  private readonly inFlight = new InFlight<Request>();
  private readonly sums: RequestMetrics;
  private readonly pushes: Counter;
  private readonly pulls: Counter<'kind'>;
  private readonly auth: Counter<'result'>;

  private readonly repositories: RepositoryMetrics | undefined;

  /** @param repositories how many repositories are counted by their names */
  constructor(registry: Registry, repositories: number) {
    const registers = [registry];
    this.sums = new RequestMetrics(registry);
    this.pushes = new Counter({
      name: 'berth_pushes_total',
      help: 'Manifests that were pushed.',
      registers,
    });
    this.pulls = new Counter({
      name: 'berth_pulls_total',
      help: 'Manifests that were pulled, by tag or by digest.',
      labelNames: ['kind'],
      registers,
    });
    this.auth = new Counter({
      name: 'berth_auth_total',
      help: 'Requests with valid credentials (success), invalid ones (failure), too few rights (denied), or none where they are needed (anonymous).',
      labelNames: ['result'],
      registers,
    });
    this.addInFlight(registry);
    if (repositories > 0) this.repositories = new RepositoryMetrics(registry, repositories);
    for (const kind of ['tag', 'digest']) this.pulls.inc({ kind }, 0);
    for (const result of AUTH_RESULTS) this.auth.inc({ result }, 0);
  }

  begun(request: Request): void {
    this.inFlight.add(request);
  }

  finished(finished: FinishedRequest): void {
    this.inFlight.remove(finished.request);
    this.sums.add(finished);
    if (finished.route === 'manifest') this.countManifest(finished);
    const result = authResultOf(finished);
    if (result !== undefined) this.auth.inc({ result });
    this.repositories?.count(finished);
  }

  private countManifest(finished: FinishedRequest): void {
    const { method, status } = finished;
    if (method === 'PUT' && status === 201) this.pushes.inc();
    if (method !== 'GET' || status !== 200) return;
    this.pulls.inc({ kind: isByDigest(finished) ? 'digest' : 'tag' });
  }

  private addInFlight(registry: Registry): void {
    const { inFlight } = this;
    new Gauge({
      name: 'berth_http_in_flight',
      help: 'Requests in progress. Those that are not routed yet have the route other.',
      labelNames: ['route'],
      registers: [registry],
      // The route of a request is known only after it was routed, so the requests are counted here.
      collect() {
        for (const route of ROUTES) this.set({ route }, 0);
        for (const request of inFlight) this.inc({ route: routeOf(request) });
      },
    });
  }
}

/** Whether a manifest was found by its digest. No tag has a colon. */
function isByDigest({ request }: FinishedRequest): boolean {
  return String(request.params['reference']).includes(':');
}
