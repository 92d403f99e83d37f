import { type Request } from 'express';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

import { Digest } from '../../domain/digest.js';
import { type FinishedRequest, type RequestObserver } from '../../http/oci/finished-request.js';
import { routeOf, ROUTES } from '../../http/oci/request-route.js';
import { AUTH_RESULTS, authResultOf } from './auth-result.js';
import { RepositoryMetrics } from './repository-metrics.js';

/** In seconds: from a look-up in memory to a push over a slow network. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** Counts requests by method, route and status. Labels come from fixed lists, never from a client. */
export class HttpMetrics implements RequestObserver {
  private readonly inFlight = new Set<Request>();
  private readonly requests: Counter<'method' | 'route' | 'code'>;
  private readonly seconds: Histogram<'route'>;
  private readonly received: Counter<'route'>;
  private readonly sent: Counter<'route'>;
  private readonly pushes: Counter;
  private readonly pulls: Counter<'kind'>;
  private readonly auth: Counter<'result'>;

  private readonly repositories: RepositoryMetrics | undefined;

  /** @param repositories how many repositories are counted by their names */
  constructor(registry: Registry, repositories: number) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'berth_http_requests_total',
      help: 'Requests whose response was sent or whose client disconnected (code 499 before a response).',
      labelNames: ['method', 'route', 'code'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'berth_http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its response. That of blobs depends on the network of the client.',
      labelNames: ['route'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.received = new Counter({
      name: 'berth_http_received_bytes_total',
      help: 'Bytes of request bodies that the registry read.',
      labelNames: ['route'],
      registers,
    });
    this.sent = new Counter({
      name: 'berth_http_sent_bytes_total',
      help: 'Bytes of response bodies. Blobs that a proxy sends for the registry are not included.',
      labelNames: ['route'],
      registers,
    });
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
    const { method, route, status, received, sent } = finished;
    this.inFlight.delete(finished.request);
    this.requests.inc({ method, route, code: status });
    this.seconds.observe({ route }, finished.milliseconds / 1_000);
    if (received > 0) this.received.inc({ route }, received);
    if (sent > 0) this.sent.inc({ route }, sent);
    if (route === 'manifest') this.countManifest(finished);
    const result = authResultOf(finished);
    if (result !== undefined) this.auth.inc({ result });
    this.repositories?.count(finished);
  }

  private countManifest({ method, status, reference }: FinishedRequest): void {
    if (method === 'PUT' && status === 201) this.pushes.inc();
    if (method !== 'GET' || status !== 200) return;
    this.pulls.inc({ kind: reference instanceof Digest ? 'digest' : 'tag' });
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
