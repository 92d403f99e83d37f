import { Digest } from '../domain/digest.js';

/** For which machines an image is. OCI image specification, "Image Index", `platform`. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

/** What names one piece of content, as it stands in JSON; `size` in bytes. OCI image specification, "Descriptor". */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest or an index as its JSON has it. OCI image specification, "Image Manifest" and "Image Index". */
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

/** A manifest with all that it names: what is pushed, and what is pulled. */
export interface Content {
  /** The media type, digest and size of the manifest. */
  readonly descriptor: OciDescriptor;
  /** The bytes of the manifest, which the digest is of. */
  readonly bytes: Buffer;
  /** The manifest, read from its bytes. */
  readonly manifest: ManifestJson;
  /** What an image or an artifact has; an index has none. */
  readonly config?: BlobContent;
  /** The layers of an image, the files of an artifact, the entries of an index that are blobs. */
  readonly layers: readonly BlobContent[];
  /** The manifests that an index lists. */
  readonly manifests: readonly Content[];
}

/** The content of a manifest that is an image or an artifact. */
export interface ImageContent extends Content {
  readonly config: BlobContent;
}

/** `bytes` as content of `mediaType`. */
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

/** What names `content` in a manifest: its descriptor, and of a blob nothing more. */
export function descriptorOf(content: OciDescriptor | BlobContent | Content): OciDescriptor {
  if ('descriptor' in content) return content.descriptor;
  const descriptor: OciDescriptor & { bytes?: Buffer } = { ...content };
  delete descriptor.bytes;
  return descriptor;
}

/** The manifest that `json` is, in the bytes that it is pushed as. */
export function manifestOf(
  json: ManifestJson & { readonly mediaType: string },
): Pick<Content, 'descriptor' | 'bytes' | 'manifest'> {
  const bytes = Buffer.from(JSON.stringify(json));
  const manifest = JSON.parse(bytes.toString()) as ManifestJson;
  return { descriptor: descriptorOf(blobOf(bytes, json.mediaType)), bytes, manifest };
}
