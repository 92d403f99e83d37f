import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

import { type CollectionObserver } from '../../domain/collection-report.js';
import { packageVersion } from '../../config/package-version.js';
import { type RequestObserver } from '../../http/oci/finished-request.js';
import { CollectionMetrics } from './collection-metrics.js';
import { type DeliveryObserver } from '../../domain/delivery-report.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { HttpMetrics } from './http-metrics.js';
import { type Metrics, type MetricsOptions, type MetricsSnapshot } from './metrics.js';
import { type MirrorObserver } from '../../domain/mirror-report.js';
import { MirrorMetrics } from './mirror-metrics.js';
import { addStorageMetrics } from './storage-metrics.js';

/** The metrics of one registry, in a registry of prom-client of their own. */
export class RegistryMetrics implements Metrics {
  readonly requests: RequestObserver;
  readonly collections: CollectionObserver;
  readonly deliveries: DeliveryObserver;
  private readonly registry = new Registry();
  private mirrorMetrics: MirrorMetrics | undefined;

  constructor({ storage, repositories, ofProcess }: MetricsOptions) {
    const { registry } = this;
    this.requests = new HttpMetrics(registry, repositories);
    this.collections = new CollectionMetrics(registry);
    addStorageMetrics(registry, storage);
    this.deliveries = new DeliveryMetrics(registry);
    addBuildInfo(registry);
    if (ofProcess) addProcessMetrics(registry);
  }

  mirrors(): MirrorObserver {
    this.mirrorMetrics ??= new MirrorMetrics(this.registry);
    return this.mirrorMetrics;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  async snapshot(): Promise<MetricsSnapshot> {
    return await this.registry.getMetricsAsJSON();
  }
}

/** Gauges of prom-client with names of counters, which `promtool check metrics` refuses. The same values have other names, too. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

function addProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}

function addBuildInfo(registry: Registry): void {
  const info = new Gauge({
    name: 'berth_build_info',
    help: 'The version of Berth and of Node.js. The value is always 1.',
    labelNames: ['version', 'node'],
    aggregator: 'first',
    registers: [registry],
  });
  info.set({ version: packageVersion(), node: process.versions.node }, 1);
}
