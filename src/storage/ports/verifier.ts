import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** The result for one blob or manifest that was read completely. `size` in bytes. */
export interface Verified {
  /** The repository that has it, or `undefined` for content that no repository claims. */
  readonly repository: RepositoryName | undefined;
  readonly kind: 'manifests' | 'blobs';
  readonly digest: Digest;
  readonly size: number;
  /** Whether its bytes match its digest. */
  readonly whole: boolean;
  /** The number of bytes that were read for it: 0 if it shares content that was read before. */
  readonly read: number;
}

/** Finds damage that a stat does not reveal: bytes that the disk has changed. */
export interface Verifier {
  /** Resolves to the number of bytes that `verify` will read. */
  total(): Promise<number>;

  /** Reads everything and yields one result for each blob and manifest. Reads shared content once. */
  verify(): AsyncIterable<Verified>;

  /** Moves damaged content out of its repository and the shared content, to a place where a person can examine it. */
  quarantine(damaged: Verified): Promise<void>;
}
