import { createHash } from 'node:crypto';

import {
  readAnnotations,
  readDescriptor,
  isJsonObject,
  type Descriptor,
} from '../../domain/descriptor.js';
import { Digest } from '../../domain/digest.js';
import { type TaggedManifest } from '../ports/tag-store.js';
import { NONCE } from './names.js';

/** Returns the bytes of a tag's file. `push` is a nonce, so that no two records are the same. */
export function encodeTagRecord(record: TaggedManifest, push: string): Buffer {
  const pushedAt = new Date(record.pushedAt).toISOString();
  return Buffer.from(JSON.stringify({ ...record, pushedAt, push }));
}

/** Returns a short text that tells a record from every other one. */
export function identityOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24);
}

/** Returns the nonce of a record, or `undefined` for bytes that are not a record. */
export function pushOf(bytes: Uint8Array): string | undefined {
  const push = parseObject(bytes)?.['push'];
  return typeof push === 'string' && NONCE.test(push) ? push : undefined;
}

/** Reads a tag's file; what a crash left half written is `undefined`, as if there were none. */
export function decodeTagRecord(bytes: Uint8Array): TaggedManifest | undefined {
  const json = parseObject(bytes);
  const descriptor = readDescriptor(json);
  if (json === undefined || typeof descriptor === 'string') return undefined;
  const { by, previous } = json;
  const before = typeof previous === 'string' ? Digest.tryParse(previous) : undefined;
  return {
    ...descriptor,
    pushedAt: Date.parse(String(json['pushedAt'])),
    ...(typeof by === 'string' && { by }),
    ...(before && { previous: before }),
  };
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
