import { Digest, newHash, type DigestAlgorithm } from '../../../domain/digest.js';
import { digestOf } from '../database/digest-bytes.js';
import { type ObjectId, type ObjectStore } from '../objects/object-store.js';
import { type UploadRow } from './upload-rows.js';

/** Returns the digest of the received bytes, if some process has computed it. */
export function knownDigest({ received, algorithm, running }: UploadRow): Digest | undefined {
  if (received === 0) return Digest.fromHash(algorithm, newHash(algorithm));
  return running === null ? undefined : digestOf(running);
}

/** Reads an object of `size` bytes, and resolves to its digest. */
export async function readDigest(
  objects: ObjectStore,
  object: ObjectId,
  size: number,
  algorithm: DigestAlgorithm,
): Promise<Digest> {
  const hash = newHash(algorithm);
  if (size > 0) {
    for await (const chunk of objects.read(object, { start: 0, end: size - 1 })) hash.update(chunk);
  }
  return Digest.fromHash(algorithm, hash);
}
