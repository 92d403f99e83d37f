import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** One stored thing that was read from its first byte to its last; `size` in bytes. */
export interface Verified {
  /** Whose it is; `undefined` for content that no repository claims. */
  readonly repository: RepositoryName | undefined;
  readonly kind: 'manifests' | 'blobs';
  readonly digest: Digest;
  readonly size: number;
  /** Whether its bytes are those of its digest. */
  readonly whole: boolean;
  /** The bytes that were read for it: none when it shares content that was read before. */
  readonly read: number;
}

/** Finds damage that no stat tells: bytes that a disk has changed. */
export interface Verifier {
  /** How many bytes `verify` is going to read. */
  total(): Promise<number>;

  /** Reads everything, content that repositories share once. */
  verify(): AsyncIterable<Verified>;

  /** Moves a damaged thing out of its repository and of the shared content, to where a person can look at it. */
  quarantine(damaged: Verified): Promise<void>;
}
