import { isJsonObject, tryParseJson } from '../domain/descriptor.js';
import { Digest } from '../domain/digest.js';
import { RegistryError } from '../domain/errors.js';
import { mediaTypeOfStored } from '../domain/manifest.js';
import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  OCI_IMAGE,
  OCI_INDEX,
  tryParseMediaType,
  type MediaType,
} from '../domain/media-type.js';
import { type Reference } from '../domain/reference.js';
import { type Subject } from './failures.js';
import { type RemoteFailure, type RemoteManifest } from './registry-client.js';
import { type TransportResponse } from './transport.js';

type Headers = TransportResponse['headers'];

/** All that Berth stores, whatever a client accepts: registries choose by this list, and so the digest would depend on the client. */
const TYPES: readonly string[] = [OCI_INDEX, DOCKER_LIST, OCI_IMAGE, DOCKER_IMAGE];
export const ACCEPT = TYPES.join(', ');

/**
 * Reads what the headers of a response say. Returns `undefined` if something is missing.
 *
 * @throws RemoteFailure if they are of another manifest
 */
export function describedBy(
  headers: Headers,
  reference: Reference,
  subject: Subject,
): RemoteManifest | undefined {
  const mediaType = typeIn(headers);
  const announced = digestIn(headers);
  const digest = reference instanceof Digest ? reference : announced;
  const size = sizeIn(headers);
  // Some registries announce no bytes for HEAD, and an empty manifest does not exist.
  if (mediaType === undefined || digest === undefined || !size) return undefined;
  if (announced?.algorithm === digest.algorithm && !announced.equals(digest)) {
    throw subject.wrong(`it announces the digest ${announced}`);
  }
  return { mediaType, digest, size };
}

/** Verifies the bytes of a manifest, and returns them with what they are. @throws RemoteFailure */
export function verified(
  bytes: Uint8Array,
  headers: Headers,
  reference: Reference,
  maxEntries: number,
  subject: Subject,
): RemoteManifest & { readonly bytes: Uint8Array } {
  const expected = reference instanceof Digest ? reference : digestIn(headers);
  const digest = Digest.of(bytes, expected?.algorithm);
  if (expected !== undefined && !expected.equals(digest)) {
    throw subject.wrong(`its content has the digest ${digest} and not ${expected}`);
  }
  const mediaType = typeIn(headers) ?? declaredType(bytes, headers, subject);
  requireManifest(tryParseJson(bytes), headers, maxEntries, subject);
  return { mediaType, digest, size: bytes.byteLength, bytes };
}

/** Returns the length of the body that the headers announce, in bytes. */
export function sizeIn(headers: Headers): number | undefined {
  const text = headers['content-length'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Reads a response with a part of a blob. Returns `undefined` if the part does not begin at `from`. */
export function partIn(
  { 'content-range': header }: Headers,
  from: number,
): { readonly offset: number; readonly size: number | undefined } | undefined {
  const [, first, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(header)) ?? [];
  if (first === undefined || Number(first) !== from) return undefined;
  return { offset: from, size: size === '*' ? undefined : Number(size) };
}

/** Some registries send manifests as plain JSON. Anything else is no manifest, such as the page of a proxy. */
function declaredType(bytes: Uint8Array, headers: Headers, subject: Subject): MediaType {
  try {
    return mediaTypeOfStored(bytes);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw notManifest(headers, subject);
  }
}

/** Checks that the content declares itself to be a manifest, of any kind. Other JSON is not one, such as an error of a proxy. */
function requireManifest(
  json: unknown,
  headers: Headers,
  maxEntries: number,
  subject: Subject,
): void {
  if (!isJsonObject(json)) throw notManifest(headers, subject);
  const { schemaVersion, mediaType, layers, manifests } = json;
  const isOne = typeof schemaVersion === 'number' || typeof mediaType === 'string';
  if (!isOne) throw notManifest(headers, subject);
  const entries = [layers, manifests].map((list) => (Array.isArray(list) ? list.length : 0));
  const count = entries.reduce((sum, length) => sum + length, 0);
  if (count <= maxEntries) return;
  const setting = 'REGISTRY_MAX_MANIFEST_ENTRIES';
  throw subject.wrong(`it has ${count} entries; allowed: ${maxEntries} (${setting})`);
}

function notManifest(headers: Headers, subject: Subject): RemoteFailure {
  const type = String(headers['content-type'] ?? 'content without a type');
  return subject.wrong(`it sent ${type.slice(0, 100)}, which is not a manifest`);
}

function typeIn({ 'content-type': header }: Headers): MediaType | undefined {
  const type = tryParseMediaType(String(header ?? ''));
  return type !== undefined && TYPES.includes(type) ? type : undefined;
}

function digestIn({ 'docker-content-digest': header }: Headers): Digest | undefined {
  return typeof header === 'string' ? Digest.tryParse(header) : undefined;
}
