import { checkOptions, storageOf } from './checked-options.js';
import { type RegistryOptions } from './options.js';
import { Registry } from './registry.js';

/**
 * Makes a registry for a program that is no Nest application, or that wants it on a port of its own. It does not listen yet.
 *
 * `RegistryModule` is for Nest applications.
 * @throws InvalidOptions, InvalidFile of users or rules, and what a storage throws that cannot be used
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
