import { checkOptions, storageOf } from './checked-options.js';
import { type RegistryOptions } from './options.js';
import { Registry } from './registry.js';

/**
 * Creates a registry for a program without Nest, or on a port of its own. It does not listen yet.
 *
 * @throws InvalidOptions
 * @throws InvalidFile for a users or access file
 * @throws Error of a storage that is unusable
 */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const checked = checkOptions(options);
  const storage = storageOf(checked);
  try {
    return await Registry.over(storage, checked);
  } catch (error) {
    if (checked.ownStorage === undefined) await storage.close();
    throw error;
  }
}
