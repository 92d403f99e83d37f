import { StoreCollector } from '../../src/storage/protocol/collect/store-collector.js';
import { type CollectorParts } from '../../src/storage/protocol/collect/repository-collector.js';
import { type Storage } from '../../src/storage/ports/storage.js';

/** Returns the collector that filesystem and memory share, with its inner protocol. */
export function storeCollectorOf({ collector }: Storage): StoreCollector {
  if (collector instanceof StoreCollector) return collector;
  throw new Error('this storage has a collector of its own');
}

/** Returns the ports that the shared collector works on. */
export function collectorPartsOf(storage: Storage): CollectorParts {
  const { manifests, uploads } = storage;
  return { manifests, uploads, garbage: storeCollectorOf(storage).garbage };
}
