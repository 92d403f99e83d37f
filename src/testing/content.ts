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
  return {
    mediaType,
    digest: Digest.of(bytes).toString(),
    size: bytes.byteLength,
    ...(annotations === undefined ? {} : { annotations }),
    bytes: Buffer.from(bytes),
  };
}

/** Returns the descriptor of `content`. For a blob, the bytes are left out. */
export function descriptorOf(content: OciDescriptor | BlobContent | Content): OciDescriptor {
  if ('descriptor' in content) return content.descriptor;
  const descriptor: OciDescriptor & { bytes?: Buffer } = { ...content };
  delete descriptor.bytes;
  return descriptor;
}

/** Returns the manifest of `json`, with the bytes to push. */
export function manifestOf(
  json: ManifestJson & { readonly mediaType: string },
): Pick<Content, 'descriptor' | 'bytes' | 'manifest'> {
  const bytes = Buffer.from(JSON.stringify(json));
  const manifest = JSON.parse(bytes.toString()) as ManifestJson;
  return { descriptor: descriptorOf(blobOf(bytes, json.mediaType)), bytes, manifest };
}
