import { createCipheriv, createHash, randomUUID } from 'node:crypto';

import { sizeBetween } from './random.ts';

/** Bytes that are not kept, because the seed reproduces them. */
export interface Content {
  readonly seed: string;
  readonly size: number;
  readonly digest: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ImageManifest extends Descriptor {
  readonly bytes: Buffer;
}

export const IMAGE_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
export const ARTIFACT_TYPE = 'application/vnd.example.signature';

const SMALLEST = 1024;
const LARGEST = 2 * 1024 ** 2;

/** Returns new content of a random size. */
export function newContent(size = sizeBetween(SMALLEST, LARGEST)): Content {
  const seed = randomUUID();
  return { seed, size, digest: digestOf(bytesOf({ seed, size })) };
}

export function bytesOf({ seed, size }: Pick<Content, 'seed' | 'size'>): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export interface ImageParts {
  readonly config: Content;
  readonly layers: readonly Content[];
  readonly subject: Descriptor | undefined;
}

/** Returns the manifest of an image. One with a subject is an artifact that refers to it. */
export function manifestOf({ config, layers, subject }: ImageParts): ImageManifest {
  const json = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    ...(subject && { artifactType: ARTIFACT_TYPE }),
    config: describe(CONFIG, config),
    layers: layers.map((layer) => describe(LAYER, layer)),
    ...(subject && { subject }),
    annotations: { 'org.opencontainers.image.created': new Date().toISOString() },
  };
  const bytes = Buffer.from(JSON.stringify(json));
  return { mediaType: IMAGE_MANIFEST, digest: digestOf(bytes), size: bytes.byteLength, bytes };
}

function describe(mediaType: string, { digest, size }: Content): Descriptor {
  return { mediaType, digest, size };
}
