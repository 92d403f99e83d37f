import { createHash } from 'node:crypto';

import { type FileReader } from '../layers/read-layer.js';

/** What is kept of a file: a million of them must fit into memory. */
export interface FileFacts {
  readonly size: number;
  readonly mode: number;
  /** The bytes of the SHA-256, one a character. */
  readonly hash: string;
}

/** Returns a reader that keeps the size and the digest of a file. */
export function factsOf(mode: number): FileReader<FileFacts> {
  const hash = createHash('sha256');
  let size = 0;
  return {
    write: (piece) => {
      size += piece.byteLength;
      hash.update(piece);
    },
    end: () => ({ size, mode, hash: hash.digest('binary') }),
  };
}
