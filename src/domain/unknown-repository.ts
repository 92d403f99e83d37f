import { RegistryError } from './errors.js';
import { type RepositoryName } from './repository-name.js';

/** Returns the error of the API for a repository that does not exist, and for one that the caller may not know of: nobody can tell which. */
export function unknownRepository(repository: RepositoryName): RegistryError {
  return new RegistryError('name-unknown', 'no such repository', { repository });
}
