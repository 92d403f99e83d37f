import { AggregatorRegistry } from 'prom-client';

import { type MetricsSnapshot } from './metrics.js';

/** A metric as prom-client describes it in JSON. */
interface MetricJson {
  readonly name: string;
  readonly type: string;
  readonly values: readonly { readonly value: number }[];
}

/** The metrics that are counted together. Those of the latest count are valid for the whole storage. */
const COUNTED =
  /^berth_(?:storage_(?:unique_bytes|logical_bytes|repositories|manifests|counted_)|gc_last_success_)/;
const COUNTED_AT = 'berth_storage_counted_timestamp_seconds';

/** Sums up the metrics of several workers. A worker that ended keeps its counters, so that no sum falls. */
export class WorkerMetrics {
  private readonly latest = new Map<number, readonly MetricJson[]>();
  /** The counters and histograms of all workers that ended. */
  private ended: readonly MetricJson[] = [];
  /** The metrics about the storage from the latest collection of any worker. */
  private counted: readonly MetricJson[] = [];

  /** Replaces the metrics of a worker. */
  update(worker: number, snapshot: MetricsSnapshot): void {
    const metrics = snapshot as readonly MetricJson[];
    if (countedAt(metrics) >= countedAt(this.counted)) {
      this.counted = metrics.filter(({ name }) => COUNTED.test(name));
    }
    const own = metrics.filter(({ name }) => !COUNTED.test(name));
    this.latest.set(worker, own);
  }

  /** Keeps the counters of a worker that ended, and drops its gauges. */
  async end(worker: number): Promise<void> {
    const last = this.latest.get(worker) ?? [];
    this.latest.delete(worker);
    const both = aggregated([this.ended, last.filter(({ type }) => type !== 'gauge')]);
    this.ended = (await both.getMetricsAsJSON()) as unknown as readonly MetricJson[];
  }

  /** Resolves to the sums in the text format of Prometheus. */
  text(): Promise<string> {
    return aggregated([...this.latest.values(), this.ended, this.counted]).metrics();
  }
}

function aggregated(
  snapshots: readonly (readonly MetricJson[])[],
): ReturnType<typeof AggregatorRegistry.aggregate> {
  return AggregatorRegistry.aggregate(snapshots as unknown as object[]);
}

function countedAt(metrics: readonly MetricJson[]): number {
  return metrics.find(({ name }) => name === COUNTED_AT)?.values[0]?.value ?? 0;
}
