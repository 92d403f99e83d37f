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

  /**
   * Compares the objects of a store with those that the database names, and yields what only one of them has. Objects that were written
   * within the last hour may belong to an upload and are left out. Absent if there is no such store.
   */
  audit?(): AsyncIterable<AuditFinding>;

  /**
   * Has the unnamed objects of an audit deleted after their grace period, in which they can still be examined.
   *
   * @throws Error if they are much newer than what the database knows, as after the restore of an old backup
   */
  discard?(unnamed: readonly UnnamedObject[]): Promise<void>;
}

/** Something that only the object store has, or only the database. */
export type AuditFinding = UnnamedObject | MissingObject;

/** An object that the database does not name. */
export interface UnnamedObject {
  readonly kind: 'unnamed';
  readonly object: string;
  /** In bytes. */
  readonly size: number;
  /** When it was written, by the store's clock. In milliseconds since the epoch. */
  readonly at: number;
}

/** A blob whose object does not exist. A push of the same content repairs it. */
export interface MissingObject {
  readonly kind: 'missing';
  readonly digest: Digest;
  readonly size: number;
}
