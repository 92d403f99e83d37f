import { type Storage } from '../storage/ports/storage.js';
import { type RegistryOptions } from './options.js';
import { type HostAccess } from './host-access.js';

/** Returns whether the option names a driver, and is not an open storage. */
export function isDriver(
  storage: RegistryOptions['storage'],
): storage is Exclude<RegistryOptions['storage'], Storage> {
  return 'driver' in storage;
}

/** Returns whether the host itself decides who may do what. */
export function isHostAccess(access: RegistryOptions['access']): access is HostAccess {
  return typeof access === 'object' && 'authenticate' in access;
}
