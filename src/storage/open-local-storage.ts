import cluster from 'node:cluster';

import { type Settings } from '../config/settings.js';
import { openFilesystemStorage } from './filesystem/filesystem-storage.js';
import { createMemoryStorage } from './memory/memory-storage.js';
import { type Storage } from './ports/storage.js';

/** Reports that the configured storage cannot be used. The message is for the person who starts the registry. */
class UnusableStorage extends Error {
  override readonly name = 'UnusableStorage';
}

/** What an opener of storages has to know. */
export type StorageSections = Pick<Settings, 'storage' | 'gc'>;

/**
 * Opens the configured storage, if it is one of this machine. @throws if it cannot be used, with a message for the person who starts the
 * registry
 */
export function openLocalStorage({ storage: settings, gc }: StorageSections): Storage {
  switch (settings.driver) {
    case 'filesystem':
      return openFilesystemStorage({
        path: settings.path,
        fsync: settings.fsync,
        minFreeBytes: settings.minFreeBytes,
        touchAfterMs: touchAfterMs(gc),
      });
    case 'memory':
      if (cluster.isWorker) {
        throw new UnusableStorage(
          'The memory storage belongs to one process, and each worker of a cluster would have its own: ' +
            'set REGISTRY_STORAGE_DRIVER=filesystem',
        );
      }
      return createMemoryStorage({ maxBytes: settings.memoryMaxBytes });
    case 'postgres':
      throw new UnusableStorage('Only the server of Berth keeps images in PostgreSQL');
  }
}

/** Returns how old a last use may become before it is recorded again: content in use never looks unused for the whole grace period. */
export function touchAfterMs({ graceMs }: Settings['gc']): number {
  return Math.max(graceMs / 4, 1_000);
}
