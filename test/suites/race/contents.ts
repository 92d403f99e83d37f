import { createHash } from 'node:crypto';

const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** A manifest with everything that has to be pushed before it. */
export interface Content {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly blobs: readonly Blob[];
  readonly children: readonly Content[];
  readonly subject?: Content;
}

const LAYERS = 12;
const IMAGES = 16;

/**
 * Returns the n-th of a few images that all clients push again and again.
 *
 * The images share layers, so that clients push, delete and mount the same layers while the
 * collector is about to delete them.
 */
export function image(n: number): Content {
  return imageOf(n % IMAGES);
}

/** Returns an index. Its images have no tags, and no client deletes them, because that would break the index. */
export function index(n: number): Content {
  const children = [imageOf(IMAGES + (n % IMAGES)), imageOf(IMAGES + ((n + 7) % IMAGES))];
  const manifests = children.map((child) => ({
    mediaType: OCI_IMAGE,
    digest: child.digest,
    size: child.bytes.byteLength,
  }));
  return {
    ...manifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }),
    blobs: [],
    children,
  };
}

function imageOf(number: number): Content {
  const config = blob(JSON.stringify({ architecture: 'amd64', os: 'linux', number }));
  const layers = [layer(number), layer(number * 5 + 3)];
  const json = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: describe(config, 'application/vnd.oci.image.config.v1+json'),
    layers: layers.map((one) => describe(one, 'application/vnd.oci.image.layer.v1.tar+gzip')),
  };
  return { ...manifest(json), blobs: [config, ...layers], children: [] };
}

export function artifact(subject: Content, n: number): Content {
  const config = blob('{}');
  const signature = blob(`signature ${n % LAYERS}`);
  const json = {
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: 'application/vnd.example.signature',
    config: describe(config, 'application/vnd.oci.empty.v1+json'),
    layers: [describe(signature, 'application/vnd.example.signature')],
    subject: {
      mediaType: subject.mediaType,
      digest: subject.digest,
      size: subject.bytes.byteLength,
    },
  };
  return { ...manifest(json), blobs: [config, signature], children: [], subject };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function layer(n: number): Blob {
  const number = n % LAYERS;
  return blob(`layer ${number} `.repeat(50 + number * 100));
}

function blob(text: string): Blob {
  const bytes = Buffer.from(text);
  return { bytes, digest: digestOf(bytes) };
}

interface ManifestJson {
  readonly mediaType: string;
  readonly [field: string]: unknown;
}

function describe({ digest, bytes }: Blob, mediaType: string) {
  return { mediaType, digest, size: bytes.byteLength };
}

function manifest(json: ManifestJson) {
  const bytes = Buffer.from(JSON.stringify(json));
  return { bytes, digest: digestOf(bytes), mediaType: json.mediaType };
}
