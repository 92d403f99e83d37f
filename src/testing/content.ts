import { Digest } from '../domain/digest.js';

/** The platform of an image. OCI image specification, "Image Index", `platform`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

/** The descriptor of one piece of content, as in JSON; `size` in bytes. OCI image specification, "Descriptor". */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The JSON of a manifest or an index. OCI image specification, "Image Manifest" and "Image Index". */
export interface ManifestJson {
  readonly schemaVersion: number;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: OciDescriptor;
  readonly layers?: readonly OciDescriptor[];
  readonly manifests?: readonly OciDescriptor[];
  readonly subject?: OciDescriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A blob: its descriptor, and its bytes. */
export interface BlobContent extends OciDescriptor {
  readonly bytes: Buffer;
}

/** A manifest with everything that it references, as it is pushed and pulled. */
export interface Content {
  /** The media type, digest and size of the manifest. */
  readonly descriptor: OciDescriptor;
  /** The bytes of the manifest, to which the digest belongs. */
  readonly bytes: Buffer;
  /** The manifest, parsed from its bytes. */
  readonly manifest: ManifestJson;
  /** The config of an image or an artifact. An index has none. */
  readonly config?: BlobContent;
  /** The layers of an image, the files of an artifact, or the entries of an index that are blobs. */
  readonly layers: readonly BlobContent[];
  /** The manifests that an index lists. */
  readonly manifests: readonly Content[];
}

/** The content of a manifest that is an image or an artifact. */
export interface ImageContent extends Content {
  readonly config: BlobContent;
}

/** Returns `bytes` as a blob of `mediaType`. */
export function blobOf(
  bytes: Uint8Array,
  mediaType: string,
  annotations?: OciDescriptor['annotations'],
): BlobContent {
  const digest = Digest.of(bytes).toString();
  const more = annotations === undefined ? {} : { annotations };
  return blobFrom({ digest, mediaType, size: bytes.byteLength, ...more }, Buffer.from(bytes));
}

/** Returns the blob of a descriptor, with the digest as the first field. */
export function blobFrom({ digest, ...more }: OciDescriptor, bytes: Buffer): BlobContent {
  const blob: BlobContent = { digest, ...more, bytes };
  return withJson(blob, () => descriptorOf(blob));
}

/**
 * Makes JSON of content, and the differences that jest and vitest print, list descriptors instead of
 * bytes. Otherwise the digests would stand below a line for each byte.
 */
export function withoutBytesInJson<C extends Content>(content: C): C {
  return withJson(content, () => ({
    descriptor: content.descriptor,
    manifest: content.manifest,
    ...(content.config === undefined ? {} : { config: content.config }),
    layers: content.layers,
    manifests: content.manifests,
  }));
}

/** The method is not enumerable, so that comparisons of the content ignore it. */
function withJson<T extends object>(value: T, toJSON: () => object): T {
  return Object.defineProperty(value, 'toJSON', { value: toJSON });
}

/** Returns the descriptor of `content`, with the fields in the order of manifests. */
export function descriptorOf(content: OciDescriptor | BlobContent | Content): OciDescriptor {
  const { mediaType, digest, size, ...more }: OciDescriptor & { bytes?: Buffer } =
    'descriptor' in content ? content.descriptor : content;
  delete more.bytes;
  return { mediaType, digest, size, ...more };
}

/** Returns the manifest of `json`, with the bytes to push. */
export function manifestOf(
  json: ManifestJson & { readonly mediaType: string },
): Pick<Content, 'descriptor' | 'bytes' | 'manifest'> {
  const bytes = Buffer.from(JSON.stringify(json));
  const manifest = JSON.parse(bytes.toString()) as ManifestJson;
  const digest = Digest.of(bytes).toString();
  const descriptor = { digest, mediaType: json.mediaType, size: bytes.byteLength };
  return { descriptor, bytes, manifest };
}
