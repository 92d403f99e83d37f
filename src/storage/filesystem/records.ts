import {
  readAnnotations,
  readDescriptor,
  isJsonObject,
  type Descriptor,
} from '../../domain/descriptor.js';
import { type TaggedManifest } from '../ports/tag-store.js';
import { nonce } from './names.js';

/** The bytes of a tag's file; no two calls give the same, so that a changed tag differs. */
export function encodeTagRecord({ digest, mediaType, size, pushedAt }: TaggedManifest): Buffer {
  const date = new Date(pushedAt).toISOString();
  return Buffer.from(JSON.stringify({ digest, mediaType, size, pushedAt: date, push: nonce() }));
}

/** Reads a tag's file; what a crash left half written is `undefined`, as if there were none. */
export function decodeTagRecord(bytes: Uint8Array): TaggedManifest | undefined {
  const json = parseObject(bytes);
  const descriptor = readDescriptor(json);
  if (json === undefined || typeof descriptor === 'string') return undefined;
  return { ...descriptor, pushedAt: Date.parse(String(json['pushedAt'])) };
}

/** The bytes of a referrer's file: its descriptor, as it is listed. */
export function encodeReferrerRecord(descriptor: Descriptor): Buffer {
  return Buffer.from(JSON.stringify(descriptor));
}

/** Reads a referrer's file, or answers `undefined` as `decodeTagRecord` does. */
export function decodeReferrerRecord(bytes: Uint8Array): Descriptor | undefined {
  const json = parseObject(bytes);
  const descriptor = readDescriptor(json);
  if (json === undefined || typeof descriptor === 'string') return undefined;
  const { artifactType } = json;
  const annotations = readAnnotations(json['annotations']);
  return {
    ...descriptor,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(typeof annotations === 'object' ? { annotations } : {}),
  };
}

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString());
    return isJsonObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
