import { type Storage } from '../ports/storage.js';
import { StoreCollector } from '../protocol/collect/store-collector.js';
import { ProcessLeases } from '../protocol/process-leases.js';
import { MemoryBlobStore } from './blob-store.js';
import { MemoryGarbageStore } from './garbage-store.js';
import { MemoryLiveNotes } from './live-notes.js';
import { MemoryManifestStore } from './manifest-store.js';
import { MemoryBudget } from './memory-budget.js';
import { type BeforeStep } from './memory-steps.js';
import { MemoryOutbox } from './outbox.js';
import { Repositories } from './repositories.js';
import { MemoryRepositoryCatalog } from './repository-catalog.js';
import { ReadOnlyFlag } from './read-only-flag.js';
import { MemorySecretStore } from './secret-store.js';
import { MemoryStatistics } from './statistics.js';
import { MemoryTagStore } from './tag-store.js';
import { MemoryUsageStore } from './usage-store.js';
import { MemoryUploadStore } from './upload-store.js';

export interface MemoryStorageOptions {
  /** How many bytes blobs, manifests and uploads may have in total. */
  readonly maxBytes: number;
  /** Returns the time in milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long a writer may be inactive before another writer can take over its upload. In milliseconds. */
  readonly staleAfterMs?: number;
  /** Called before each step that other clients can see. For tests. */
  readonly beforeStep?: BeforeStep;
}

/** Creates a storage in the memory of this process. */
export function createMemoryStorage(options: MemoryStorageOptions): Storage {
  const { maxBytes, now = Date.now, staleAfterMs = 5_000, beforeStep = noStep } = options;
  const budget = new MemoryBudget(maxBytes);
  const outbox = new MemoryOutbox(now);
  const repositories = new Repositories(budget, now);
  const uploads = new MemoryUploadStore({ budget, repositories, now, staleAfterMs });
  const garbage = new MemoryGarbageStore(repositories, beforeStep, outbox);
  const manifests = new MemoryManifestStore(repositories, garbage, beforeStep, outbox);
  const tags = new MemoryTagStore(repositories, beforeStep, outbox);
  const catalog = new MemoryRepositoryCatalog(repositories);
  const statistics = new MemoryStatistics({ garbage, manifests, catalog });
  const leases = new ProcessLeases(now);
  return {
    blobs: new MemoryBlobStore(repositories, beforeStep),
    uploads,
    manifests,
    tags,
    catalog,
    secrets: new MemorySecretStore(),
    statistics,
    usage: new MemoryUsageStore({ catalog, manifests }),
    outbox,
    readOnly: new ReadOnlyFlag(),
    live: new MemoryLiveNotes(),
    collector: new StoreCollector({ garbage, manifests, uploads, listings: statistics }, now),
    lease: (name, terms) => Promise.resolve(leases.take(name, terms)),
    ready: () => Promise.resolve(),
    writable: async () => budget.require(1),
    freeBytes: () => Promise.resolve(budget.free),
    description: `memory, up to ${inMiB(maxBytes)} MiB, gone when the process ends`,
    close: () => Promise.resolve(),
  };
}

function noStep(): Promise<void> {
  return Promise.resolve();
}

function inMiB(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(0);
}
