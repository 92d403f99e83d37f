import cluster from 'node:cluster';

import { type SettingValues } from '../config/settings.js';
import { openFilesystemStorage } from './filesystem/filesystem-storage.js';
import { createMemoryStorage } from './memory/memory-storage.js';
import { type Storage } from './ports/storage.js';

/** Opens the storage that the settings name. @throws when it cannot be used, with a message for the person who starts it */
export function openStorage(settings: SettingValues): Storage {
  switch (settings.storageDriver) {
    case 'filesystem':
      return openFilesystemStorage({
        path: settings.storagePath,
        fsync: settings.storageFsync,
        minFreeBytes: settings.storageMinFreeBytes,
        // Often enough that what is in use is never taken for garbage, and no more often than that.
        touchAfterMs: Math.max(settings.gcGraceMs / 4, 1_000),
      });
    case 'memory':
      if (cluster.isWorker) {
        throw new Error('the memory storage is of one process: each worker would have its own');
      }
      return createMemoryStorage({ maxBytes: settings.memoryMaxBytes });
  }
}
