import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadSession } from '../../domain/upload-session.js';
import { type ManifestRemovalOptions } from '../ports/manifest-store.js';
import { type Storage } from '../ports/storage.js';
import { indexesFirst } from './indexes-first.js';

/**
 * Removes the tags, the manifests and the uploads of a repository; a collector frees its blobs. Resolves to how many manifests there were.
 *
 * @param remover who removes it, for the history of the tags and the events
 */
export async function removeContent(
  storage: Storage,
  repository: RepositoryName,
  remover: Pick<ManifestRemovalOptions, 'by' | 'origin'> = {},
): Promise<number> {
  // First, because removing a manifest looks for all tags that lead to it.
  for await (const tag of storage.tags.list(repository)) {
    await storage.tags.remove(repository, tag, remover);
  }
  let removed = 0;
  for await (const digest of indexesFirst(storage.manifests, repository)) {
    if ((await storage.manifests.remove(repository, digest, remover)) !== undefined) removed++;
  }
  for await (const upload of storage.uploads.idleSince(Infinity)) {
    if (upload.repository === repository) await discard(storage, upload);
  }
  return removed;
}

async function discard({ uploads }: Storage, { repository, id }: UploadSession): Promise<void> {
  try {
    await (await uploads.open(repository, id)).discard();
  } catch (error) {
    // A request is writing to it, or has just ended it.
    if (!(error instanceof RegistryError)) throw error;
  }
}
