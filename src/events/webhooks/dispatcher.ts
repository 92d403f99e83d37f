import { type EndpointBacklog } from '../../domain/delivery-report.js';
import { type WebhookEndpoint } from '../events-plan.js';
import { reportOf } from './backlog.js';
import { cursorOf, EndpointWorker, type WorkerParts } from './endpoint-worker.js';
import { takeOrders } from './redelivery-orders.js';

const CURSOR = /^webhook-/;

/** Delivers the events of a storage to all endpoints. Only one process of a storage has one at a time. */
export class Dispatcher {
  private readonly workers = new Map<string, EndpointWorker>();

  constructor(private readonly parts: WorkerParts) {}

  /** Begins, continues and ends the work for endpoints, so that exactly these get events. Carries out orders to redeliver. */
  async serve(endpoints: readonly WebhookEndpoint[]): Promise<void> {
    for (const [name, worker] of this.workers) {
      if (endpoints.includes(worker.endpoint) && !worker.isOver) continue;
      this.workers.delete(name);
      await worker.end();
    }
    for (const endpoint of endpoints) {
      if (this.workers.has(endpoint.name)) continue;
      this.workers.set(endpoint.name, new EndpointWorker(endpoint, this.parts));
    }
    await this.forgetOthers(endpoints);
    for (const { endpoint, id } of await takeOrders(this.parts.outbox)) {
      this.workers.get(endpoint)?.redeliver(id);
    }
  }

  /** Resolves to what waits for each endpoint. */
  backlogs(): Promise<readonly EndpointBacklog[]> {
    const { outbox, clock } = this.parts;
    const endpoints = [...this.workers.values()].map(({ endpoint }) => endpoint);
    return Promise.all(endpoints.map((endpoint) => reportOf(outbox, endpoint, clock.now())));
  }

  /** Ends all work, and stores how far it is. */
  async end(): Promise<void> {
    await Promise.all([...this.workers.values()].map((worker) => worker.end()));
    this.workers.clear();
  }

  /** Removes the cursors of endpoints that are not in the file any more. */
  private async forgetOthers(endpoints: readonly WebhookEndpoint[]): Promise<void> {
    const { cursors } = this.parts.outbox;
    const known = endpoints.map(({ name }) => cursorOf(name));
    for (const cursor of await cursors.list()) {
      if (CURSOR.test(cursor) && !known.includes(cursor)) await cursors.remove(cursor);
    }
  }
}
