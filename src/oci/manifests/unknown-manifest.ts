import { RegistryError } from '../../domain/errors.js';
import { type Reference } from '../../domain/reference.js';

/** Returns the error for a manifest or tag that the repository does not have. */
export function unknownManifest(reference: Reference): RegistryError {
  return new RegistryError('manifest-unknown', 'the repository has no such manifest', {
    reference,
  });
}
