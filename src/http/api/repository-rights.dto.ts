import { type RepositoryName } from '../../domain/repository-name.js';

/** What the caller may do in a repository, besides looking at it. */
export class RepositoryRightsDto {
  /** Whether the caller may push and set tags. */
  readonly push!: boolean;
  /** Whether the caller may delete. */
  readonly delete!: boolean;
}

/** The rights of a caller, as far as they are shown. */
interface ShownRights {
  has(repository: RepositoryName, action: 'push' | 'delete'): boolean;
}

/** Returns what a caller may do in a repository, for answers that are shown with buttons. */
export function repositoryRights(
  rights: ShownRights,
  repository: RepositoryName,
): RepositoryRightsDto {
  return { push: rights.has(repository, 'push'), delete: rights.has(repository, 'delete') };
}
