import { join } from 'node:path';

import { type SettingValues } from '../../config/settings.js';
import { Robots } from './robots.js';

/** Where the processes on one storage share keys and robots; `undefined` for one that keeps nothing. */
export function authDirectoryOf({ storageDriver, storagePath }: SettingValues): string | undefined {
  return storageDriver === 'memory' ? undefined : join(storagePath, 'auth');
}

/** The robots of the registry that the settings tell of. */
export function robotsOf(values: SettingValues): Robots {
  const directory = authDirectoryOf(values);
  return new Robots(directory && join(directory, 'robots'));
}
