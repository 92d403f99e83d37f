import { type Storage } from '../ports/storage.js';
import { MemoryBlobStore } from './blob-store.js';
import { MemoryManifestStore } from './manifest-store.js';
import { MemoryBudget } from './memory-budget.js';
import { Repositories } from './repositories.js';
import { MemoryRepositoryCatalog } from './repository-catalog.js';
import { SharedContent } from './shared-content.js';
import { MemoryTagStore } from './tag-store.js';
import { MemoryUploadStore } from './upload-store.js';

export interface MemoryStorageOptions {
  /** How many bytes blobs, manifests and uploads may have together. */
  readonly maxBytes: number;
  /** The time in milliseconds since the epoch. */
  readonly now?: () => number;
  /** How long a writer may do nothing before another takes its upload from it. */
  readonly staleAfterMs?: number;
}

/** A storage that lives as long as this object and belongs to one process. */
export function createMemoryStorage(options: MemoryStorageOptions): Storage {
  const { maxBytes, now = Date.now, staleAfterMs = 5_000 } = options;
  const budget = new MemoryBudget(maxBytes);
  const content = new SharedContent(budget);
  const repositories = new Repositories();
  return {
    blobs: new MemoryBlobStore(content),
    uploads: new MemoryUploadStore({ budget, content, now, staleAfterMs }),
    manifests: new MemoryManifestStore(repositories, content, budget, now),
    tags: new MemoryTagStore(repositories),
    catalog: new MemoryRepositoryCatalog(repositories),
    description: `memory, up to ${maxBytes} bytes, gone when the process ends`,
    close: () => Promise.resolve(),
  };
}
