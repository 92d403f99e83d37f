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

/** Returns the JSON in bytes, or `undefined` if they are not JSON. */
export function tryParseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Returns the JSON object in bytes, or `undefined` if they are anything else. */
export function tryParseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  const json = tryParseJson(bytes);
  return isJsonObject(json) ? json : undefined;
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

/** The largest annotations that a list of referrers repeats, in bytes of JSON. */
const MAX_LISTED_ANNOTATIONS = 64 * 1024;

/** The longest media type of RFC 6838. */
const MAX_LISTED_TYPE = 255;

/**
 * Returns a descriptor as lists of referrers contain it: without annotations of more than 64 KiB, and without an `artifactType`
 * that is too long for a media type.
 *
 * Both may be as long as a manifest, and a list repeats those of thousands. Clients find them in the manifest.
 */
export function listedDescriptor(descriptor: Descriptor): Descriptor {
  const { artifactType, annotations, ...rest } = descriptor;
  const hasType = artifactType !== undefined && artifactType.length <= MAX_LISTED_TYPE;
  return {
    ...rest,
    ...(hasType ? { artifactType } : {}),
    ...(annotations !== undefined && isListed(annotations) ? { annotations } : {}),
  };
}

function isListed(annotations: Annotations): boolean {
  let characters = 0;
  for (const [name, text] of Object.entries(annotations)) {
    characters += name.length + text.length;
    // JSON of several MiB is never made.
    if (characters > MAX_LISTED_ANNOTATIONS) return false;
  }
  return Buffer.byteLength(JSON.stringify(annotations)) <= MAX_LISTED_ANNOTATIONS;
}
