import { StoreCollector } from '../../src/storage/protocol/collect/store-collector.js';
import { type CollectorParts } from '../../src/storage/protocol/collect/repository-collector.js';
import { type PreviewParts } from '../../src/storage/protocol/collect/repository-preview.js';
import { GarbageStatistics } from '../../src/storage/protocol/collect/garbage-statistics.js';
import { type Storage } from '../../src/storage/ports/storage.js';

/** Returns the collector that filesystem and memory share, with its inner protocol. */
export function storeCollectorOf({ collector }: Storage): StoreCollector {
  if (collector instanceof StoreCollector) return collector;
  throw new Error('this storage has a collector of its own');
}

/** Returns the ports that the shared collector works on. */
export function collectorPartsOf(storage: Storage): CollectorParts & PreviewParts {
  const { manifests, uploads, statistics: listings } = storage;
  if (!(listings instanceof GarbageStatistics)) throw new Error('this storage lists otherwise');
  return { manifests, uploads, listings, garbage: storeCollectorOf(storage).garbage };
}
