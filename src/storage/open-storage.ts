import cluster from 'node:cluster';

import { type Settings } from '../config/settings.js';
import { openFilesystemStorage } from './filesystem/filesystem-storage.js';
import { createMemoryStorage } from './memory/memory-storage.js';
import { type Storage } from './ports/storage.js';

/** Reports that the configured storage cannot be used. The message is for the person who starts the registry. */
class UnusableStorage extends Error {
  override readonly name = 'UnusableStorage';
}

/** Opens the configured storage. @throws if it cannot be used, with a message for the person who starts the registry */
export function openStorage({ storage: settings, gc }: Pick<Settings, 'storage' | 'gc'>): Storage {
  switch (settings.driver) {
    case 'filesystem':
      return openFilesystemStorage({
        path: settings.path,
        fsync: settings.fsync,
        minFreeBytes: settings.minFreeBytes,
        // Often enough that content in use never looks unused for the whole grace period.
        touchAfterMs: Math.max(gc.graceMs / 4, 1_000),
      });
    case 'memory':
      if (cluster.isWorker) {
        throw new UnusableStorage(
          'The memory storage belongs to one process, and each worker of a cluster would have its own: ' +
            'set REGISTRY_STORAGE_DRIVER=filesystem',
        );
      }
      return createMemoryStorage({ maxBytes: settings.memoryMaxBytes });
  }
}
