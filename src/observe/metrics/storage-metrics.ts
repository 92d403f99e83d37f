import { Counter, Gauge, type Registry } from 'prom-client';

import { Measured } from './measured.js';
import { type MetricsOptions } from './metrics.js';

/** How long a measured value is used again, so that frequent scrapes cost nothing. */
const FREE_SPACE_MS = 3_000;
const UPLOADS_MS = 15_000;

/** No more uploads than these are counted, because each takes a look at the storage. */
const MAX_COUNTED_UPLOADS = 10_000;

/** Adds the metrics that are measured in the storage when they are read. */
export function addStorageMetrics(registry: Registry, storage: MetricsOptions['storage']): void {
  if (storage.freeBytes !== undefined) {
    const free = new Measured(() => Promise.resolve(storage.freeBytes?.()), FREE_SPACE_MS);
    addMeasured(registry, free, {
      name: 'berth_storage_free_bytes',
      help: 'Bytes that the storage has room for, at most 3 s ago.',
    });
  }
  addMeasured(registry, new Measured(() => openUploads(storage), UPLOADS_MS), {
    name: 'berth_uploads_open',
    help: 'Uploads that were begun and neither finished nor expired, at most 15 s ago; 10000 stands for more.',
  });
  addEventCounts(registry, storage);
}

/** Adds the counts that the outbox keeps itself. */
function addEventCounts(registry: Registry, { outbox }: MetricsOptions['storage']): void {
  const add = (name: string, help: string, count: () => number): void => {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(count());
      },
    });
  };
  const appended = 'Events that this process appended to the outbox.';
  add('berth_events_appended_total', appended, () => outbox.counts.appended);
  const lost = 'Events that could not be stored, for example on a full disk.';
  add('berth_events_lost_total', lost, () => outbox.counts.lost);
}

function addMeasured(
  registry: Registry,
  measured: Measured<number>,
  names: { readonly name: string; readonly help: string },
): void {
  new Gauge({
    ...names,
    // All workers measure the same storage.
    aggregator: 'max',
    registers: [registry],
    async collect() {
      const value = await measured.value();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}

async function openUploads({ uploads }: MetricsOptions['storage']): Promise<number> {
  const sessions = uploads.idleSince(Infinity)[Symbol.asyncIterator]();
  let count = 0;
  while (count < MAX_COUNTED_UPLOADS && (await sessions.next()).done !== true) count++;
  await sessions.return?.();
  return count;
}
