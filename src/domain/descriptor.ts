import { Digest } from './digest.js';
import { tryParseMediaType, type MediaType } from './media-type.js';

export type Annotations = Readonly<Record<string, string>>;

/** Describes one piece of content by type, digest and size in bytes. OCI image specification, "Descriptor". */
export interface Descriptor {
  readonly mediaType: MediaType;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Annotations;
}

/** A parsed JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a descriptor's required fields from JSON and ignores all others. Returns what is wrong if it is invalid. */
export function readDescriptor(value: unknown): Descriptor | string {
  if (!isJsonObject(value)) return 'is not an object';
  const mediaType =
    typeof value['mediaType'] === 'string' ? tryParseMediaType(value['mediaType']) : undefined;
  if (mediaType === undefined) return 'has no valid mediaType';
  const digest = typeof value['digest'] === 'string' ? Digest.tryParse(value['digest']) : undefined;
  if (digest === undefined) return 'has no valid sha256 or sha512 digest';
  const size = value['size'];
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    return 'has no valid size';
  }
  return { mediaType, digest, size };
}

/** Reads an `annotations` field, which may be absent or `null`. Returns what is wrong if it is invalid. */
export function readAnnotations(value: unknown): Annotations | undefined | string {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) return 'is not an object';
  const values = Object.values(value);
  if (!values.every((text) => typeof text === 'string')) return 'has a value that is not a string';
  return value as Annotations;
}
