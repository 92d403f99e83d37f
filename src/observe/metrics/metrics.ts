import { type CollectionObserver } from '../../domain/collection-report.js';
import { type DeliveryObserver } from '../../domain/delivery-report.js';
import { type MirrorObserver } from '../../domain/mirror-report.js';
import { type RequestObserver } from '../../http/oci/finished-request.js';
import { type Storage } from '../../storage/ports/storage.js';

/** The metrics of one registry. */
export interface Metrics {
  /** Counts the requests. */
  readonly requests: RequestObserver;
  /** Counts the passes of the collector. */
  readonly collections: CollectionObserver;
  /** Counts the deliveries of events. */
  readonly deliveries: DeliveryObserver;
  /** Counts what mirrors do. A registry that has no mirrors has no metrics of them. */
  mirrors(): MirrorObserver;
  /** Resolves to all metrics in the text format of Prometheus. */
  text(): Promise<string>;
  /** Resolves to all metrics as values that can be sent to another process. */
  snapshot(): Promise<MetricsSnapshot>;
}

/** The metrics of one process, as JSON. */
export type MetricsSnapshot = readonly object[];

/** What metrics are about. */
export interface MetricsOptions {
  readonly storage: Pick<Storage, 'freeBytes' | 'uploads' | 'outbox'>;
  /** How many repositories have metrics with their names. */
  readonly repositories: number;
  /** Whether the metrics include those of the process. In another program they are the host's. */
  readonly ofProcess: boolean;
}

/** Creates the metrics of one registry. Their code is loaded only here, because most registries have none. */
export async function openMetrics(options: MetricsOptions): Promise<Metrics> {
  const { RegistryMetrics } = await import('./registry-metrics.js');
  return new RegistryMetrics(options);
}
