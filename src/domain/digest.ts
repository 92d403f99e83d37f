import { createHash, type Hash } from 'node:crypto';

import { RegistryError } from './errors.js';

/** The digest algorithms of the OCI image specification that Berth computes, with the length of their hex form. */
const HEX_LENGTH = { sha256: 64, sha512: 128 } as const;

export type DigestAlgorithm = keyof typeof HEX_LENGTH;

export const DIGEST_ALGORITHMS = Object.keys(HEX_LENGTH) as readonly DigestAlgorithm[];

/**
 * A well-formed content digest, `algorithm:hex`.
 *
 * Source: OCI image specification, "Descriptor", section "Digests".
 */
export class Digest {
  private constructor(
    readonly algorithm: DigestAlgorithm,
    readonly hex: string,
  ) {}

  /** Reads `text` as a digest. Returns `undefined` for anything but a known algorithm and its exact lower-case hex. */
  static tryParse(text: string): Digest | undefined {
    const colon = text.indexOf(':');
    const algorithm = text.slice(0, colon);
    const hex = text.slice(colon + 1);
    if (!isDigestAlgorithm(algorithm) || !isHex(hex, HEX_LENGTH[algorithm])) return undefined;
    return new Digest(algorithm, hex);
  }

  /** Reads `text` as a digest. @throws RegistryError `digest-invalid` */
  static parse(text: string): Digest {
    const digest = Digest.tryParse(text);
    if (digest === undefined) {
      throw new RegistryError('digest-invalid', 'the digest is not a sha256 or sha512 digest', {
        digest: text.slice(0, 200),
      });
    }
    return digest;
  }

  /** Computes the digest of `bytes`. */
  static of(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
    return Digest.fromHash(algorithm, newHash(algorithm).update(bytes));
  }

  /** Finishes `hash`, a hash of `algorithm`, and returns its digest. `hash` cannot be used afterwards. */
  static fromHash(algorithm: DigestAlgorithm, hash: Hash): Digest {
    return new Digest(algorithm, hash.digest('hex'));
  }

  equals(other: Digest): boolean {
    return this.algorithm === other.algorithm && this.hex === other.hex;
  }

  toString(): string {
    return `${this.algorithm}:${this.hex}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

export function newHash(algorithm: DigestAlgorithm): Hash {
  return createHash(algorithm);
}

export function isDigestAlgorithm(text: string): text is DigestAlgorithm {
  return Object.hasOwn(HEX_LENGTH, text);
}

/** Reads the value of `digest-algorithm=`. @throws RegistryError `digest-invalid` */
export function parseDigestAlgorithm(text: string): DigestAlgorithm {
  if (isDigestAlgorithm(text)) return text;
  throw new RegistryError('digest-invalid', 'the digest algorithm is neither sha256 nor sha512', {
    algorithm: text.slice(0, 200),
  });
}

function isHex(text: string, length: number): boolean {
  return text.length === length && /^[0-9a-f]+$/.test(text);
}
