import { join } from 'node:path';

import { type StorageSettings } from '../../config/sections/storage.settings.js';
import { Robots } from './robots.js';

/** Where the processes on one storage share keys and robots; `undefined` for one that keeps nothing. */
export function authDirectoryOf({
  driver: storageDriver,
  path: storagePath,
}: StorageSettings): string | undefined {
  return storageDriver === 'memory' ? undefined : join(storagePath, 'auth');
}

/** The robots of the registry that the settings tell of. */
export function robotsOf(settings: StorageSettings): Robots {
  const directory = authDirectoryOf(settings);
  return new Robots(directory && join(directory, 'robots'));
}
