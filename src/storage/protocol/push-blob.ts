import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadStore } from '../ports/upload-store.js';

/**
 * Uploads `bytes` as a blob of `repository`. Discards the upload if it fails.
 *
 * @throws RegistryError `digest-mismatch` or `storage-full`; errors of `bytes` are thrown on
 */
export async function pushBlob(
  uploads: UploadStore,
  repository: RepositoryName,
  digest: Digest,
  bytes: AsyncIterable<Uint8Array>,
  announced?: number,
  by?: string,
): Promise<void> {
  const { id } = await uploads.begin(repository, digest.algorithm, by);
  const upload = await uploads.open(repository, id);
  try {
    await upload.append(bytes, announced);
    await upload.commit(digest);
  } catch (error) {
    await upload.discard();
    throw error;
  }
}
