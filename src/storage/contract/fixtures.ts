import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import { type ByteRange } from '../../domain/byte-range.js';
import { type Annotations } from '../../domain/descriptor.js';
import { Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { RegistryError, type FailureKind } from '../../domain/errors.js';
import {
  parseManifest,
  referrerOf,
  requiredContent,
  type SparsePolicy,
} from '../../domain/manifest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../domain/media-type.js';
import { parseTagName, type TagName } from '../../domain/reference.js';
import { parseRepositoryName, type RepositoryName } from '../../domain/repository-name.js';
import { type Publication } from '../ports/manifest-store.js';
import { type Storage } from '../ports/storage.js';

export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';

/** A descriptor in the JSON of a manifest. */
export interface DescriptorJson {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A manifest's bytes with their digest, and the descriptor by which another manifest names them. */
export interface BuiltManifest {
  readonly bytes: Buffer;
  readonly digest: Digest;
  readonly descriptor: DescriptorJson;
}

export interface BuiltImage extends BuiltManifest {
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
}

export function repo(name: string): RepositoryName {
  return parseRepositoryName(name);
}

export function tag(name: string): TagName {
  return parseTagName(name);
}

/** Returns random bytes, so that tests on one storage do not share content. */
export function uniqueBytes(size: number): Buffer {
  return randomBytes(size);
}

/** Yields copies of `bytes` in chunks of `size`. */
export async function* chunksOf(bytes: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += size) {
    yield Buffer.from(bytes.subarray(start, start + size));
    await Promise.resolve();
  }
}

/** Yields `bytes` and then throws `error`, like a request whose client disconnects. */
export async function* thenThrow(bytes: Uint8Array, error: Error): AsyncGenerator<Uint8Array> {
  yield* chunksOf(bytes);
  throw error;
}

/** Returns the kind of a `RegistryError`, or `undefined` for any other error. */
export function kindOf(error: unknown): FailureKind | undefined {
  return error instanceof RegistryError ? error.kind : undefined;
}

/** Resolves to all items. Does not copy them: use `readAll` for chunks whose memory is used again. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Resolves to all bytes of `chunks`. Copies each chunk before requesting the next one. */
export async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of chunks) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

export async function pause(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}

/** Uploads `bytes` to `repository` and resolves to their digest. */
export async function pushBlob(
  storage: Storage,
  repository: RepositoryName,
  bytes: Uint8Array,
  algorithm: DigestAlgorithm = 'sha256',
): Promise<Digest> {
  const digest = Digest.of(bytes, algorithm);
  const { id } = await storage.uploads.begin(repository, algorithm);
  const held = await storage.uploads.open(repository, id);
  await held.append(chunksOf(bytes));
  await held.commit(digest);
  return digest;
}

/** Resolves to the blob's bytes or those of `range`, or to `undefined` if the repository does not have it. */
export async function readBlob(
  storage: Storage,
  repository: RepositoryName,
  digest: Digest,
  range?: ByteRange,
): Promise<Buffer | undefined> {
  const blob = await storage.blobs.open(repository, digest);
  if (blob === undefined) return undefined;
  try {
    const all = { start: 0, end: blob.size - 1 };
    return blob.size === 0 ? Buffer.alloc(0) : await readAll(blob.read(range ?? all));
  } finally {
    await blob.close();
  }
}

export function describeBytes(bytes: Uint8Array, mediaType: string): DescriptorJson {
  return { mediaType, digest: Digest.of(bytes).toString(), size: bytes.byteLength };
}

/** Builds a manifest from its JSON, indented, so that the tests detect a store that rewrites the JSON. */
export function buildManifest(json: Readonly<Record<string, unknown>>): BuiltManifest {
  const bytes = Buffer.from(JSON.stringify(json, null, 3));
  const mediaType = String(json['mediaType']);
  return { bytes, digest: Digest.of(bytes), descriptor: describeBytes(bytes, mediaType) };
}

/** Builds an image with a config and `layers` of unique bytes. */
export function buildImage(
  layers: readonly Buffer[] = [uniqueBytes(300)],
  config: Buffer = Buffer.from(JSON.stringify({ architecture: 'amd64', nonce: unique() })),
): BuiltImage {
  const manifest = buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: describeBytes(config, CONFIG_TYPE),
    layers: layers.map((layer) => describeBytes(layer, LAYER_TYPE)),
  });
  return { ...manifest, config, layers };
}

/** Builds a unique index of `entries`. */
export function buildIndex(entries: readonly DescriptorJson[] = []): BuiltManifest {
  const annotations = { nonce: unique() };
  return buildManifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries, annotations });
}

export interface ReferrerOptions {
  readonly artifactType?: string;
  readonly configType?: string;
  readonly annotations?: Annotations;
}

/** Builds an artifact that refers to `subject`, with the empty config `{}` and no layers. */
export function buildArtifact(
  subject: DescriptorJson,
  { artifactType, configType = EMPTY_TYPE, annotations = { nonce: unique() } }: ReferrerOptions,
): BuiltManifest {
  return buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: describeBytes(EMPTY_JSON, configType),
    layers: [],
    subject,
    annotations,
  });
}

export const EMPTY_JSON = Buffer.from('{}');

export interface PublicationOptions {
  readonly tags?: readonly string[];
  readonly algorithm?: DigestAlgorithm;
  /** The content that may be missing: `all` in a test that does not need it. */
  readonly sparse?: SparsePolicy;
  /** The login of the client. */
  readonly by?: string;
}

/** Returns the publication that the registry passes to the manifest store when a client pushes `bytes`. */
export function publicationOf(
  bytes: Uint8Array,
  { tags = [], algorithm = 'sha256', sparse = 'none', by }: PublicationOptions = {},
): Publication {
  const manifest = parseManifest(bytes, undefined);
  const digest = Digest.of(bytes, algorithm);
  return {
    manifest,
    digest,
    tags: tags.map(tag),
    requires: requiredContent(manifest, sparse),
    ...referrerOf(manifest, digest),
    ...(by !== undefined && { by }),
  };
}

/** Publishes manifest bytes and resolves to their digest. */
export async function publish(
  storage: Storage,
  repository: RepositoryName,
  bytes: Uint8Array,
  options: PublicationOptions = {},
): Promise<Digest> {
  const publication = publicationOf(bytes, options);
  await storage.manifests.publish(repository, publication);
  return publication.digest;
}

/** Pushes a new image with its blobs, and resolves to it. */
export async function pushImage(
  storage: Storage,
  repository: RepositoryName,
  options: PublicationOptions & { readonly layers?: readonly Buffer[] } = {},
): Promise<BuiltImage> {
  const image = buildImage(options.layers);
  for (const blob of [image.config, ...image.layers]) await pushBlob(storage, repository, blob);
  await publish(storage, repository, image.bytes, options);
  return image;
}

/** Pushes a new artifact that refers to `subject`, and resolves to it. */
export async function pushArtifact(
  storage: Storage,
  repository: RepositoryName,
  subject: DescriptorJson,
  options: ReferrerOptions & PublicationOptions = {},
): Promise<BuiltManifest> {
  const artifact = buildArtifact(subject, options);
  await publish(storage, repository, artifact.bytes, { sparse: 'all', ...options });
  return artifact;
}

function unique(): string {
  return randomBytes(8).toString('hex');
}
