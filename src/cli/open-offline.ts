import { type Settings } from '../config/settings.js';
import { openStorage } from '../storage/open-storage.js';
import { type Storage } from '../storage/ports/storage.js';
import { explainStart, PlainFailure } from './plain-failure.js';

/**
 * Runs `work` on the storage, which running registries may use at the same time, and then closes
 * it.
 *
 * @throws PlainFailure
 */
export async function withStorage<T>(
  settings: Settings,
  work: (storage: Storage) => Promise<T>,
): Promise<T> {
  const storage = await openForCommand(settings);
  return work(storage).finally(() => storage.close());
}

/** Opens the storage of the settings. The caller closes it. @throws PlainFailure */
export async function openForCommand(settings: Settings): Promise<Storage> {
  if (settings.storage.driver === 'memory') {
    throw new PlainFailure(
      'REGISTRY_STORAGE_DRIVER is memory: only the registry process can access it',
    );
  }
  try {
    return await openStorage(settings);
  } catch (error) {
    throw explainStart(error, settings.server);
  }
}
