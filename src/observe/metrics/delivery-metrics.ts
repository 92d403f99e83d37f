import { Counter, Gauge, type Registry } from 'prom-client';

import {
  type DeliveryObserver,
  type DeliveryOutcome,
  type EndpointBacklog,
} from '../../domain/delivery-report.js';
import { Measured } from './measured.js';

const OUTCOMES: readonly DeliveryOutcome[] = ['delivered', 'failed', 'dead'];

/** How long a measured backlog is used again, because it reads what waits. */
const BACKLOG_MS = 15_000;

/** Counts deliveries to webhooks, and measures what waits for them when it is read. Endpoints are those of the operator's file. */
export class DeliveryMetrics implements DeliveryObserver {
  private readonly delivered: Counter<'endpoint' | 'result'>;
  private backlogs = new Measured<readonly EndpointBacklog[]>(() => Promise.resolve([]), 0);

  constructor(registry: Registry) {
    this.delivered = new Counter({
      name: 'berth_events_delivered_total',
      help: 'Attempts to deliver an event to a webhook, by their result: delivered, failed, or dead (failed, and not tried again).',
      labelNames: ['endpoint', 'result'],
      registers: [registry],
    });
    this.addGauge(registry, 'berth_events_pending', {
      help: 'Events that wait for a webhook, at most 15 s ago; 10000 stands for more. In the process that delivers.',
      valueOf: ({ pending }) => pending,
    });
    this.addGauge(registry, 'berth_events_oldest_seconds', {
      help: 'The age of the oldest event that waits for a webhook, at most 15 s ago; 0 if none waits.',
      valueOf: ({ oldestSeconds }) => oldestSeconds,
    });
  }

  attempted(endpoint: string, result: DeliveryOutcome): void {
    this.delivered.inc({ endpoint, result });
  }

  attend(backlogs: () => Promise<readonly EndpointBacklog[]>): void {
    this.backlogs = new Measured(backlogs, BACKLOG_MS);
  }

  private addGauge(
    registry: Registry,
    name: string,
    about: { readonly help: string; readonly valueOf: (backlog: EndpointBacklog) => number },
  ): void {
    const measured = (): Promise<readonly EndpointBacklog[]> => this.measured();
    new Gauge({
      name,
      help: about.help,
      labelNames: ['endpoint'],
      // Only one process delivers.
      aggregator: 'max',
      registers: [registry],
      async collect() {
        this.reset();
        for (const backlog of await measured()) {
          this.set({ endpoint: backlog.endpoint }, about.valueOf(backlog));
        }
      },
    });
  }

  private async measured(): Promise<readonly EndpointBacklog[]> {
    const backlogs = (await this.backlogs.value()) ?? [];
    // Prometheus sees the first delivery of an endpoint only if its counter was 0 before.
    for (const { endpoint } of backlogs) {
      for (const result of OUTCOMES) this.delivered.inc({ endpoint, result }, 0);
    }
    return backlogs;
  }
}
