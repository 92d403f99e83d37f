import { Digest, type DigestAlgorithm } from '../../../domain/digest.js';

/** The first byte of a stored digest. */
const CODES: Readonly<Record<DigestAlgorithm, number>> = { sha256: 1, sha512: 2 };

/** Returns the digest as the database keeps it: one byte for the algorithm, then the hash. Its byte order is that of the texts. */
export function digestBytes({ algorithm, hex }: Digest): Buffer {
  return Buffer.from(`0${CODES[algorithm]}${hex}`, 'hex');
}

/** Reads a stored digest. @throws Error for bytes that are not one */
export function digestOf(bytes: Uint8Array): Digest {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  const algorithm = hex.startsWith('02') ? 'sha512' : 'sha256';
  return Digest.parse(`${algorithm}:${hex.slice(2)}`);
}
