import { type Storage } from '../storage/ports/storage.js';
import { type ImageReference } from './image-reference.js';
import { findManifest, listOf } from './pull-content.js';
import { type ManifestRemoval } from '../oci/manifests/manifest-removal.js';

interface Removing {
  readonly storage: Storage;
  readonly removal: ManifestRemoval;
}

/** Lists the tags of a repository. @throws TypeError for a tag or a digest */
export async function listTags(
  storage: Storage,
  { repository, tag, digest }: ImageReference,
): Promise<string[]> {
  if (tag !== undefined || digest !== undefined) {
    throw new TypeError(
      `tags takes the name of a repository, such as ${repository}, without a tag`,
    );
  }
  return listOf(storage.tags.list(repository));
}

/**
 * Removes a tag, or a manifest with all of its tags.
 *
 * @throws Error when it does not exist, with what exists
 * @throws RegistryError as a client would get it
 */
export async function deleteContent(
  { storage, removal }: Removing,
  reference: ImageReference,
): Promise<void> {
  const { repository, tag, digest } = reference;
  if (tag !== undefined && digest !== undefined) {
    throw new TypeError('delete takes a tag or a digest, not both');
  }
  await findManifest(storage, reference);
  const removed = digest ?? tag;
  if (removed !== undefined) await removal.remove(repository, removed);
}
