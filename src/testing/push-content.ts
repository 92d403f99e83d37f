import { ANONYMOUS } from '../access/policy/caller.js';
import { Digest } from '../domain/digest.js';
import { tryParseMediaType } from '../domain/media-type.js';
import { type RepositoryName } from '../domain/repository-name.js';
import { type ManifestsService } from '../oci/manifests/manifests.service.js';
import { pushBlob } from '../storage/protocol/push-blob.js';
import { type Storage } from '../storage/ports/storage.js';
import { type BlobContent, type Content, type OciDescriptor } from './content.js';
import { type ImageReference } from './image-reference.js';

/** The services that a push over HTTP uses, below the controllers. */
export interface Registry {
  readonly storage: Storage;
  readonly manifests: ManifestsService;
}

/**
 * Stores `content` with everything that it references, in the order that a client uses.
 *
 * @throws RegistryError as a client would get it
 */
export async function pushContent(
  registry: Registry,
  { repository, tag, digest }: ImageReference,
  content: Content,
): Promise<OciDescriptor> {
  const { config, layers, manifests, descriptor, bytes } = content;
  for (const blob of config === undefined ? layers : [config, ...layers]) {
    await storeBlob(registry.storage, repository, blob);
  }
  for (const child of manifests) {
    await pushContent(registry, { repository, tag: undefined, digest: undefined }, child);
  }
  await registry.manifests.put(repository, {
    reference: digest ?? Digest.parse(descriptor.digest),
    tags: tag === undefined ? [] : [tag],
    contentType: tryParseMediaType(descriptor.mediaType),
    bytes,
    caller: ANONYMOUS,
  });
  return descriptor;
}

async function storeBlob(
  storage: Storage,
  repository: RepositoryName,
  blob: BlobContent,
): Promise<void> {
  const digest = Digest.parse(blob.digest);
  if ((await storage.blobs.stat(repository, digest)) !== undefined) return;
  await pushBlob(storage.uploads, repository, digest, piecesOf(blob.bytes), blob.size);
}

/** Yields a copy, because a store may keep what it is given and the test keeps the original. */
async function* piecesOf(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Buffer.from(bytes));
}
