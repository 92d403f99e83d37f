import { Digest } from '../domain/digest.js';
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

/**
 * Reads a manifest with everything that it references. @throws Error that names what is missing,
 * and what exists instead
 */
export async function pullContent(storage: Storage, reference: ImageReference): Promise<Content> {
  const { repository } = reference;
  const digest = await digestOf(storage, reference);
  const found = digest && (await pullManifest(storage, repository, digest));
  return found ?? absent(storage, reference);
}

/** Resolves to whether the manifest exists. */
export async function hasContent(storage: Storage, reference: ImageReference): Promise<boolean> {
  const digest = await digestOf(storage, reference);
  if (digest === undefined) return false;
  return (await storage.manifests.stat(reference.repository, digest)) !== undefined;
}

async function digestOf(
  storage: Storage,
  { repository, tag, digest }: ImageReference,
): Promise<Digest | undefined> {
  if (digest !== undefined) return digest;
  if (tag !== undefined) return (await storage.tags.resolve(repository, tag))?.digest;
  throw new TypeError(`${repository} names only a repository: add a tag or a digest`);
}

async function pullManifest(
  storage: Storage,
  repository: RepositoryName,
  digest: Digest,
): Promise<Content | undefined> {
  const stored = await storage.manifests.read(repository, digest);
  if (stored === undefined) return undefined;
  const { mediaType } = stored;
  const bytes = Buffer.from(stored.bytes);
  const descriptor = { digest: digest.toString(), mediaType, size: bytes.byteLength };
  const manifest = JSON.parse(bytes.toString()) as ManifestJson;
  const children = await childrenOf(storage, repository, manifest);
  const { config } = manifest;
  return withoutBytesInJson({
    descriptor,
    bytes,
    manifest,
    ...(config === undefined ? {} : { config: await pullBlob(storage, repository, config) }),
    ...children,
  });
}

async function childrenOf(
  storage: Storage,
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
    const child = await pullManifest(storage, repository, Digest.parse(entry.digest));
    if (child === undefined) pulled.push(await pullBlob(storage, repository, entry));
    else manifests.push(child);
  }
  return { layers: pulled, manifests };
}

async function pullBlob(
  storage: Storage,
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

async function absent(
  storage: Storage,
  { repository, tag, digest }: ImageReference,
): Promise<never> {
  const tags: string[] = [];
  for await (const name of storage.tags.list(repository)) tags.push(name);
  const wanted = digest === undefined ? `the tag ${tag ?? ''}` : digest.toString();
  const has = tags.length === 0 ? 'it has no tags' : `its tags are ${tags.join(', ')}`;
  throw new Error(`${repository} does not have ${wanted}; ${has}`);
}
