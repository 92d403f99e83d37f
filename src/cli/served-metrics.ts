import cluster from 'node:cluster';

import { type Settings } from '../config/settings.js';
import { openMetrics, type Metrics } from '../observe/metrics/metrics.js';
import { type Storage } from '../storage/ports/storage.js';
import { listenForScrapes } from './scrapes.js';
import { sendToPrimary } from './workers-metrics.js';

/** The metrics of this process, and where they are read: on an address, or by the process that started the workers. */
export class ServedMetrics {
  private constructor(
    readonly metrics: Metrics,
    /** Sends the last metrics, and stops serving them. */
    readonly close: () => Promise<void>,
  ) {}

  /** Resolves to `undefined` if `REGISTRY_METRICS` is not set. @throws PlainFailure if its address cannot be used */
  static async open(
    { metrics: { address, repositories } }: Settings,
    storage: Storage,
  ): Promise<ServedMetrics | undefined> {
    if (address === '') return undefined;
    const metrics = await openMetrics({ storage, repositories, ofProcess: true });
    if (cluster.isWorker) return new ServedMetrics(metrics, sendToPrimary(metrics));
    const server = await listenForScrapes(address, () => metrics.text());
    return new ServedMetrics(metrics, () => Promise.resolve(server.close()));
  }
}
