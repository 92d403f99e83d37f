import { type RepositoryName } from '../../domain/repository-name.js';
import { type Plain } from '../../http/api/plain.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TagChange } from '../../storage/ports/tag-store.js';
import { type TagChangeDto } from './tags-api.dto.js';

/** Resolves to a change in the form of the API. */
export async function shownChange(
  { manifests }: Pick<Storage, 'manifests'>,
  repository: RepositoryName,
  { at, by, digest, previous }: TagChange,
): Promise<Plain<TagChangeDto>> {
  const stored = digest && (await manifests.stat(repository, digest));
  return {
    at: new Date(at).toISOString(),
    ...(by !== undefined && { by }),
    ...(digest && { digest: digest.toString() }),
    ...(previous && { previous: previous.toString() }),
    restorable: stored !== undefined,
  };
}
