import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

import {
  type CollectionObserver,
  type CollectionReport,
  type StoreTotals,
} from '../../domain/collection-report.js';

/** In seconds: from an empty store to millions of blobs. */
const DURATION_BUCKETS = [0.1, 1, 10, 60, 300, 1_800, 7_200];

/** The metrics that are set together after a complete pass, with what each is about. */
const TOTALS: Readonly<Record<keyof StoreTotals, readonly [name: string, help: string]>> = {
  uniqueBytes: [
    'berth_storage_unique_bytes',
    'Bytes of manifests and blobs, a shared blob counted once, after the last complete collection.',
  ],
  logicalBytes: [
    'berth_storage_logical_bytes',
    'Bytes of manifests and blobs, a shared blob counted in each repository, after the last complete collection.',
  ],
  repositories: ['berth_storage_repositories', 'Repositories after the last complete collection.'],
  manifests: ['berth_storage_manifests', 'Manifests after the last complete collection.'],
};

/** Counts the passes of the collector, and keeps the totals of the store from the last complete one. */
export class CollectionMetrics implements CollectionObserver {
  private readonly runs: Counter<'result'>;
  private readonly seconds: Histogram;
  private readonly freed: Counter;
  private readonly totals: (readonly [keyof StoreTotals, Gauge])[];
  private readonly countedAt: Gauge;
  private readonly lastSuccess: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.runs = new Counter({
      name: 'berth_gc_runs_total',
      help: 'Collections by their result: complete, failed, or stopped by the end of the process.',
      labelNames: ['result'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'berth_gc_duration_seconds',
      help: 'Time that a collection took.',
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.freed = new Counter({
      name: 'berth_gc_freed_bytes_total',
      help: 'Bytes that collections freed.',
      registers,
    });
    this.lastSuccess = time(registry, 'berth_gc_last_success_timestamp_seconds', {
      help: 'When the last complete collection of this process ended, in seconds since 1970; 0 before the first.',
    });
    this.countedAt = time(registry, 'berth_storage_counted_timestamp_seconds', {
      help: 'When the totals of the store were counted, in seconds since 1970; 0 before the first complete collection.',
    });
    this.totals = Object.entries(TOTALS).map(([key, [name, help]]) => [
      key as keyof StoreTotals,
      new Gauge({ name, help, aggregator: 'max', registers }),
    ]);
    for (const result of ['complete', 'failed', 'stopped']) this.runs.inc({ result }, 0);
  }

  collected({ result, milliseconds, freedBytes, totals }: CollectionReport): void {
    this.runs.inc({ result });
    this.seconds.observe(milliseconds / 1_000);
    this.freed.inc(freedBytes);
    if (totals === undefined) return;
    this.lastSuccess.setToCurrentTime();
    this.countedAt.setToCurrentTime();
    for (const [key, gauge] of this.totals) gauge.set(totals[key]);
  }
}

function time(registry: Registry, name: string, { help }: { readonly help: string }): Gauge {
  return new Gauge({ name, help, aggregator: 'max', registers: [registry] });
}
