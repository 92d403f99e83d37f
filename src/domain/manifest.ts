import {
  isJsonObject,
  listedDescriptor,
  readAnnotations,
  readDescriptor,
  type Annotations,
  type Descriptor,
  type JsonObject,
} from './descriptor.js';
import { type Digest } from './digest.js';
import { RegistryError } from './errors.js';
import { refuseAmbiguousKeys } from './manifest-keys.js';
import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  isNonDistributable,
  OCI_IMAGE,
  OCI_INDEX,
  tryParseMediaType,
  type MediaType,
} from './media-type.js';

export type ManifestKind = 'image' | 'index';

/**
 * A parsed manifest: an image has `config` and `layers`, an index has `manifests`. `bytes` are exactly what the client pushed, and
 * only they are served.
 */
export interface Manifest {
  readonly kind: ManifestKind;
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly artifactType?: string;
  readonly annotations?: Annotations;
}

/** Content that a manifest names and the repository must have. An entry of an index may be a manifest or a blob. */
export interface RequiredContent {
  readonly digest: Digest;
  readonly as: 'blob' | 'manifest-or-blob';
}

/** Which content may be missing when a manifest is pushed: nothing, the entries of indexes, or everything. */
export type SparsePolicy = 'none' | 'indexes' | 'all';

const KINDS = new Map<string, ManifestKind>([
  [OCI_IMAGE, 'image'],
  [DOCKER_IMAGE, 'image'],
  [OCI_INDEX, 'index'],
  [DOCKER_LIST, 'index'],
]);

/**
 * Parses the bytes of a manifest. A list that is `null` or absent is read as empty, and unknown fields are ignored.
 *
 * @param contentType the type that it was pushed as, or `undefined` if the request had no Content-Type
 * @see OCI image specification, "Image Manifest" and "Image Index"
 * @throws RegistryError `manifest-invalid`
 */
export function parseManifest(bytes: Uint8Array, contentType: MediaType | undefined): Manifest {
  return readManifest(parseJsonObject(textOf(bytes)), bytes, contentType);
}

/** Parses a stored manifest. Returns `undefined` for one that a crash left incomplete. */
export function tryParseManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    return parseManifest(bytes, undefined);
  } catch {
    return undefined;
  }
}

/**
 * Parses a manifest like `parseManifest`, and refuses one whose keys other clients may read differently.
 *
 * Use it for manifests that enter the registry. Stored ones may be older than this check.
 * @throws RegistryError `manifest-invalid`
 */
export function parsePushedManifest(
  bytes: Uint8Array,
  contentType: MediaType | undefined,
): Manifest {
  const text = textOf(bytes);
  const json = parseJsonObject(text);
  refuseAmbiguousKeys(text);
  return readManifest(json, bytes, contentType);
}

function readManifest(
  json: JsonObject,
  bytes: Uint8Array,
  contentType: MediaType | undefined,
): Manifest {
  if (json['schemaVersion'] !== 2)
    throw invalid('schemaVersion is not 2', { field: 'schemaVersion', expected: 2 });
  const mediaType = agreedMediaType(json, contentType);
  const kind = KINDS.get(mediaType);
  if (kind === undefined) {
    const expected = [...KINDS.keys()];
    throw invalid(`${mediaType} is not the media type of a manifest`, { mediaType, expected });
  }
  rejectOtherKind(json, kind);
  const common = { kind, mediaType, bytes, ...commonFields(json) };
  return kind === 'image'
    ? {
        ...common,
        config: descriptorAt('config', json['config']),
        layers: descriptorsAt('layers', json['layers']),
        manifests: [],
      }
    : { ...common, layers: [], manifests: descriptorsAt('manifests', json['manifests']) };
}

/** Returns the media type under which a stored manifest was accepted. It follows from the bytes alone. */
export function mediaTypeOfStored(bytes: Uint8Array): MediaType {
  const json = parseJsonObject(textOf(bytes));
  return declaredMediaType(json) ?? inferredMediaType(json);
}

/** Returns the content that the repository must have before `manifest` may be published under `policy`. */
export function requiredContent(manifest: Manifest, policy: SparsePolicy): RequiredContent[] {
  if (policy === 'all') return [];
  if (manifest.kind === 'index') {
    if (policy === 'indexes') return [];
    return manifest.manifests.map(({ digest }) => ({ digest, as: 'manifest-or-blob' }));
  }
  const pushed = manifest.layers.filter(({ mediaType }) => !isNonDistributable(mediaType));
  const config = manifest.config === undefined ? [] : [manifest.config];
  return [...config, ...pushed].map(({ digest }) => ({ digest, as: 'blob' }));
}

/** Returns the entry of a manifest in the list of its subject's referrers; empty without a subject. */
export function referrerOf(manifest: Manifest, digest: Digest): { readonly referrer?: Referrer } {
  const { subject } = manifest;
  if (subject === undefined) return {};
  return {
    referrer: { subject: subject.digest, descriptor: referrerDescriptor(manifest, digest) },
  };
}

/** An entry in the list of a subject's referrers. */
export interface Referrer {
  readonly subject: Digest;
  readonly descriptor: Descriptor;
}

/** Returns the descriptor that lists a manifest among the referrers of its subject, limited by `listedDescriptor`. */
export function referrerDescriptor(manifest: Manifest, digest: Digest): Descriptor {
  // An empty artifactType is treated as missing. The config's media type replaces it.
  const artifactType = [manifest.artifactType, manifest.config?.mediaType].find(Boolean);
  return listedDescriptor({
    mediaType: manifest.mediaType,
    digest,
    size: manifest.bytes.byteLength,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations }),
  });
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw notJson(cause);
  }
}

function parseJsonObject(text: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw notJson(cause);
  }
  if (!isJsonObject(json))
    throw invalid('the manifest is not a JSON object', { expected: 'an object' });
  return json;
}

function notJson(cause: unknown): RegistryError {
  const message = 'the manifest is not JSON in UTF-8';
  return new RegistryError('manifest-invalid', message, { expected: 'JSON in UTF-8' }, { cause });
}

function agreedMediaType(json: JsonObject, contentType: MediaType | undefined): MediaType {
  const declared = declaredMediaType(json);
  // Without `mediaType` the type is inferred from the content on every read, so the inference must agree with what was pushed.
  const mediaType = declared ?? inferredMediaType(json);
  if (contentType !== undefined && contentType !== mediaType) {
    throw invalid(
      declared === undefined
        ? `the Content-Type is ${contentType}, but a manifest without mediaType and with this content is ${mediaType}`
        : `the Content-Type is ${contentType}, but the manifest's mediaType is ${mediaType}`,
      { contentType, expected: mediaType },
    );
  }
  return mediaType;
}

function declaredMediaType(json: JsonObject): MediaType | undefined {
  const field = json['mediaType'];
  if (field === undefined || field === null || field === '') return undefined;
  const mediaType = typeof field === 'string' ? tryParseMediaType(field) : undefined;
  if (mediaType === undefined || mediaType !== field)
    throw invalid('mediaType is not a media type', { field: 'mediaType' });
  return mediaType;
}

function inferredMediaType(json: JsonObject): MediaType {
  return Object.hasOwn(json, 'config') || Object.hasOwn(json, 'layers') ? OCI_IMAGE : OCI_INDEX;
}

/** Rejects a manifest that one reader takes for an image and another for an index. CVE-2021-41190 hid content that way. */
function rejectOtherKind(json: JsonObject, kind: ManifestKind): void {
  const foreign = kind === 'image' ? ['manifests'] : ['config', 'layers'];
  const found = foreign.find((field) => json[field] !== undefined && json[field] !== null);
  if (found !== undefined) {
    throw invalid(`an ${kind} must not have the field ${found}`, { field: found });
  }
}

function commonFields(
  json: JsonObject,
): Pick<Manifest, 'subject' | 'artifactType' | 'annotations'> {
  const { subject, artifactType } = json;
  const annotations = readAnnotations(json['annotations']);
  if (typeof annotations === 'string') {
    throw invalid(`annotations ${annotations}`, { field: 'annotations' });
  }
  if (!isAbsent(artifactType) && typeof artifactType !== 'string') {
    throw invalid('artifactType is not a string', { field: 'artifactType' });
  }
  return {
    ...(isAbsent(subject) ? {} : { subject: descriptorAt('subject', subject) }),
    ...(isAbsent(artifactType) ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function descriptorsAt(field: string, value: unknown): Descriptor[] {
  if (isAbsent(value)) return [];
  if (!Array.isArray(value)) throw invalid(`${field} is not a list`, { field });
  return value.map((entry: unknown, index) => descriptorAt(`${field}[${index}]`, entry));
}

function descriptorAt(field: string, value: unknown): Descriptor {
  const descriptor = readDescriptor(value);
  if (typeof descriptor === 'string') throw invalid(`${field} ${descriptor}`, { field });
  return descriptor;
}

/** @param detail the field that is wrong, or what would be right */
function invalid(message: string, detail: JsonObject): RegistryError {
  return new RegistryError('manifest-invalid', message, detail);
}
