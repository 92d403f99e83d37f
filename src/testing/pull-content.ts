import { Digest } from '../domain/digest.js';
import { RegistryError } from '../domain/errors.js';
import { isNonDistributable } from '../domain/media-type.js';
import { type RepositoryName } from '../domain/repository-name.js';
import { readAll } from '../storage/protocol/read-all.js';
import { type Storage } from '../storage/ports/storage.js';
import {
  blobFrom,
  withoutBytesInJson,
  type BlobContent,
  type Content,
  type ManifestJson,
  type OciDescriptor,
} from './content.js';
import { type ImageReference } from './image-reference.js';

/** Where content is read. */
export type ReadStorage = Pick<Storage, 'blobs' | 'manifests' | 'tags'>;

/** A manifest without what it references. */
type OwnManifest = Pick<Content, 'descriptor' | 'bytes' | 'manifest'>;

/**
 * Reads a manifest with everything that it references. @throws Error that names what is missing,
 * and what exists instead
 */
export async function pullContent(
  storage: ReadStorage,
  reference: ImageReference,
): Promise<Content> {
  const found = await findManifest(storage, reference);
  return withReferences(storage, reference.repository, found);
}

/** Reads a manifest. @throws Error that says what exists instead of a missing one */
export async function findManifest(
  storage: ReadStorage,
  reference: ImageReference,
): Promise<OwnManifest> {
  const { repository } = reference;
  const digest = await digestOf(storage, reference);
  const found = digest && (await readManifest(storage, repository, digest));
  return found ?? absent(storage, reference);
}

/** Resolves to whether the manifest exists. */
export async function hasContent(
  storage: ReadStorage,
  reference: ImageReference,
): Promise<boolean> {
  const digest = await digestOf(storage, reference);
  if (digest === undefined) return false;
  return (await storage.manifests.stat(reference.repository, digest)) !== undefined;
}

async function digestOf(
  storage: ReadStorage,
  { repository, tag, digest }: ImageReference,
): Promise<Digest | undefined> {
  if (digest !== undefined) return digest;
  if (tag !== undefined) return (await storage.tags.resolve(repository, tag))?.digest;
  throw new TypeError(`${repository} names only a repository: add a tag or a digest`);
}

/** Reads a manifest, or resolves to `undefined`. */
export async function readManifest(
  storage: ReadStorage,
  repository: RepositoryName,
  digest: Digest,
): Promise<OwnManifest | undefined> {
  const stored = await storage.manifests.read(repository, digest);
  if (stored === undefined) return undefined;
  const { mediaType } = stored;
  const bytes = Buffer.from(stored.bytes);
  const descriptor = { digest: digest.toString(), mediaType, size: bytes.byteLength };
  return { descriptor, bytes, manifest: JSON.parse(bytes.toString()) as ManifestJson };
}

async function withReferences(
  storage: ReadStorage,
  repository: RepositoryName,
  own: OwnManifest,
): Promise<Content> {
  const { config } = own.manifest;
  return withoutBytesInJson({
    ...own,
    ...(config === undefined ? {} : { config: await pullBlob(storage, repository, config) }),
    ...(await childrenOf(storage, repository, own.manifest)),
  });
}

async function childrenOf(
  storage: ReadStorage,
  repository: RepositoryName,
  { layers = [], manifests: entries = [] }: ManifestJson,
): Promise<Pick<Content, 'layers' | 'manifests'>> {
  const pulled: BlobContent[] = [];
  const manifests: Content[] = [];
  for (const layer of layers) {
    if (!isNonDistributable(layer.mediaType))
      pulled.push(await pullBlob(storage, repository, layer));
  }
  for (const entry of entries) {
    const child = await readManifest(storage, repository, Digest.parse(entry.digest));
    if (child === undefined) pulled.push(await pullBlob(storage, repository, entry));
    else manifests.push(await withReferences(storage, repository, child));
  }
  return { layers: pulled, manifests };
}

/** Reads a blob. @throws Error if the repository does not have it */
export async function pullBlob(
  storage: ReadStorage,
  repository: RepositoryName,
  descriptor: OciDescriptor,
): Promise<BlobContent> {
  const blob = await storage.blobs.open(repository, Digest.parse(descriptor.digest));
  if (blob === undefined) throw new Error(`${repository} does not have ${descriptor.digest}`);
  try {
    return blobFrom(descriptor, await readAll(blob));
  } finally {
    await blob.close();
  }
}

/** Fails with what exists instead of the missing manifest. */
async function absent(
  storage: ReadStorage,
  { repository, tag, digest }: ImageReference,
): Promise<never> {
  const tags = await listTagsOf(storage, repository);
  const wanted = digest === undefined ? `the tag ${tag ?? ''}` : digest.toString();
  const has = tags.length === 0 ? 'it has no tags' : `its tags are ${tags.join(', ')}`;
  throw new Error(`${repository} does not have ${wanted}; ${has}`);
}

/** Resolves to the tags of a repository, also of one that does not exist. */
async function listTagsOf(storage: ReadStorage, repository: RepositoryName): Promise<string[]> {
  try {
    return await listOf(storage.tags.list(repository));
  } catch (error) {
    // A mirror reports a repository that does not exist.
    if (error instanceof RegistryError && error.kind === 'name-unknown') return [];
    throw error;
  }
}

/** Resolves to everything that a storage lists. */
export async function listOf<T>(listed: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of listed) all.push(one);
  return all;
}
