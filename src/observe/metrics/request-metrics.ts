import { Counter, Histogram, type Registry } from 'prom-client';

import { type FinishedRequest } from '../../http/oci/finished-request.js';
import { type Route } from '../../http/oci/request-route.js';

/** In seconds: from a look-up in memory to a push over a slow network. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** How many durations wait at most. */
const MAX_WAITING = 1_000;

/** What requests with the same labels have in common. */
interface Sum {
  readonly labels: { readonly method: string; readonly route: Route; readonly code: number };
  count: number;
  received: number;
  sent: number;
}

/**
 * Counts requests, their durations and their bytes. The metrics get the sums when they are read: prom-client builds a text from
 * the labels at each change, which would take several microseconds of each request.
 */
export class RequestMetrics {
  private readonly sums = new Map<string, Sum>();
  private readonly durations = new Map<Route, number[]>();
  private waiting = 0;
  private readonly requests: Counter<'method' | 'route' | 'code'>;
  private readonly seconds: Histogram<'route'>;
  private readonly received: Counter<'route'>;
  private readonly sent: Counter<'route'>;

  constructor(registry: Registry) {
    const common = { registers: [registry], collect: () => this.flush() };
    this.requests = new Counter({
      name: 'berth_http_requests_total',
      help: 'Requests whose response was sent or whose client disconnected (code 499 before a response).',
      labelNames: ['method', 'route', 'code'],
      ...common,
    });
    this.seconds = new Histogram({
      name: 'berth_http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its response. That of blobs depends on the network of the client.',
      labelNames: ['route'],
      buckets: DURATION_BUCKETS,
      ...common,
    });
    this.received = new Counter({
      name: 'berth_http_received_bytes_total',
      help: 'Bytes of request bodies that the registry read.',
      labelNames: ['route'],
      ...common,
    });
    this.sent = new Counter({
      name: 'berth_http_sent_bytes_total',
      help: 'Bytes of response bodies. Blobs that a proxy sends for the registry are not included.',
      labelNames: ['route'],
      ...common,
    });
  }

  add(finished: FinishedRequest): void {
    const sum = this.sumOf(finished);
    sum.count++;
    sum.received += finished.received;
    sum.sent += finished.sent;
    this.durationsOf(sum.labels.route).push(finished.milliseconds / 1_000);
    if (++this.waiting === MAX_WAITING) this.flush();
  }

  private sumOf({ method, route, status }: FinishedRequest): Sum {
    const key = `${method} ${route} ${status}`;
    const known = this.sums.get(key);
    if (known !== undefined) return known;
    const sum = { labels: { method, route, code: status }, count: 0, received: 0, sent: 0 };
    this.sums.set(key, sum);
    return sum;
  }

  private durationsOf(route: Route): number[] {
    const known = this.durations.get(route);
    if (known !== undefined) return known;
    const durations: number[] = [];
    this.durations.set(route, durations);
    return durations;
  }

  /** Gives everything that waits to the metrics. */
  private flush(): void {
    for (const { labels, count, received, sent } of this.sums.values()) {
      const { route } = labels;
      this.requests.inc(labels, count);
      if (received > 0) this.received.inc({ route }, received);
      if (sent > 0) this.sent.inc({ route }, sent);
    }
    for (const [route, durations] of this.durations) {
      for (const seconds of durations) this.seconds.observe({ route }, seconds);
    }
    this.sums.clear();
    this.durations.clear();
    this.waiting = 0;
  }
}
