import { Digest } from '../../../src/domain/digest.js';
import { type RepositoryName } from '../../../src/domain/repository-name.js';
import { publish, pushBlob } from '../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { type Content } from '../../../src/testing/content.js';

/** Pushes content with all that it references, and resolves to its digest. */
export async function pushed(
  storage: Storage,
  repository: RepositoryName,
  { bytes, config, layers, manifests, descriptor }: Content,
  ...tags: readonly string[]
): Promise<Digest> {
  for (const child of manifests) await pushed(storage, repository, child);
  for (const blob of config === undefined ? layers : [config, ...layers]) {
    await pushBlob(storage, repository, blob.bytes);
  }
  await publish(storage, repository, bytes, { tags, sparse: 'all' });
  return Digest.parse(descriptor.digest);
}
