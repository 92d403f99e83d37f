import { createHash } from 'node:crypto';

import {
  listedDescriptor,
  readAnnotations,
  readDescriptor,
  tryParseJsonObject,
  type Descriptor,
} from '../../domain/descriptor.js';
import { Digest } from '../../domain/digest.js';
import { type TaggedManifest } from '../ports/tag-store.js';
import { NONCE } from './disk/temporary-names.js';

/** A record that a push writes. `intent` names the push, which may write several records. */
export type NewTagRecord = Omit<TaggedManifest, 'previous'> & { readonly intent?: string };

/** Returns the bytes of a tag's file. `push` is a nonce, so that no two records are equal. */
export function encodeTagRecord(
  record: NewTagRecord & Pick<TaggedManifest, 'previous'>,
  push: string,
): Buffer {
  const pushedAt = new Date(record.pushedAt).toISOString();
  return Buffer.from(JSON.stringify({ ...record, pushedAt, push }));
}

/** Returns a short text that identifies a record. */
export function identityOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 24);
}

/** Returns the nonce of a record, or `undefined` if the bytes are not a valid record. */
export function pushOf(bytes: Uint8Array): string | undefined {
  return nonceIn(bytes, 'push');
}

/** Returns the name of the intent of the push that wrote a record, or `undefined` if it is not known. */
export function intentOf(bytes: Uint8Array): string | undefined {
  return nonceIn(bytes, 'intent');
}

function nonceIn(bytes: Uint8Array, field: 'push' | 'intent'): string | undefined {
  const found = tryParseJsonObject(bytes)?.[field];
  return typeof found === 'string' && NONCE.test(found) ? found : undefined;
}

/** Parses a tag's file. Returns `undefined` if it is invalid: a file that a crash left incomplete is treated as absent. */
export function decodeTagRecord(bytes: Uint8Array): TaggedManifest | undefined {
  const json = tryParseJsonObject(bytes);
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

/** Returns the bytes of a referrer's file: the descriptor in JSON. */
export function encodeReferrerRecord(descriptor: Descriptor): Buffer {
  return Buffer.from(JSON.stringify(descriptor));
}

/** Parses a referrer's file. Returns `undefined` if it is invalid, like `decodeTagRecord`. */
export function decodeReferrerRecord(bytes: Uint8Array): Descriptor | undefined {
  const json = tryParseJsonObject(bytes);
  const descriptor = readDescriptor(json);
  if (json === undefined || typeof descriptor === 'string') return undefined;
  const { artifactType } = json;
  const annotations = readAnnotations(json['annotations']);
  // Earlier versions stored annotations of any size.
  return listedDescriptor({
    ...descriptor,
    ...(typeof artifactType === 'string' ? { artifactType } : {}),
    ...(typeof annotations === 'object' ? { annotations } : {}),
  });
}
