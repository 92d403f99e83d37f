import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';

/**
 * The uploads in progress. Their whole state is in the store, so any process on the same store can continue an upload.
 */
export abstract class UploadStore {
  /** Begins a session without bytes. Its running hash uses `algorithm`, and it keeps a login `by` of at most 48 bytes. */
  abstract begin(
    repository: RepositoryName,
    algorithm: DigestAlgorithm,
    by?: string,
  ): Promise<UploadSession>;

  /**
   * Resolves to the current state of a session, or to `undefined` if `repository` has no such session.
   *
   * `offset` counts acknowledged bytes only, not those that a running append has written.
   */
  abstract find(repository: RepositoryName, id: UploadId): Promise<UploadSession | undefined>;

  /**
   * Opens a session for one writer, who then holds it. A holder that died or stalled loses its hold, and can no longer write.
   *
   * @throws RegistryError `upload-unknown`, or `upload-busy` if another writer holds the session
   */
  abstract open(repository: RepositoryName, id: UploadId): Promise<HeldUpload>;

  /** Yields the sessions that were last written before `time` (milliseconds since the epoch), in no particular order. */
  abstract idleSince(time: number): AsyncIterable<UploadSession>;
}

/** A session that one writer holds. `commit`, `discard` and `release` each end the hold. */
export interface HeldUpload {
  /** The number of bytes in the session. */
  readonly offset: number;

  /**
   * Appends all of `source` to the session, and resolves to the new offset once the bytes are durable. A power cut may still lose the
   * whole session.
   *
   * @param source a chunk is used only until the next one is requested. An error of the source is thrown on; earlier bytes are kept
   * @param announced the number of bytes to come, if known: a full store refuses them before it reads any
   * @throws RegistryError `storage-full` without keeping any byte of this append; `upload-offset` if the writer lost its hold
   */
  append(source: AsyncIterable<Uint8Array>, announced?: number): Promise<number>;

  /**
   * Makes the session's bytes a blob of its repository, durably, and ends the session. Resolves to the blob's size in bytes.
   *
   * @throws RegistryError `digest-mismatch`; the session is then unchanged and still held
   */
  commit(digest: Digest): Promise<number>;

  /**
   * The number of bytes that `read` can read: those up to `offset`, and those that a running `append` has written since.
   *
   * Present if `read` is present.
   */
  readonly written?: number;

  /**
   * Yields bytes that were written so far, also while `append` runs, so that a blob can be sent while it is uploaded. Optional.
   *
   * @returns chunks that are valid only until the next one is requested; a read that has begun outlasts the hold
   * @throws RangeError for a range beyond `written`
   * @throws Error if the hold has already ended, or, during the read, if a failed append lost bytes of the range
   */
  read?(range: ByteRange): AsyncIterable<Buffer>;

  /** Ends the session and deletes its bytes. Does nothing to the session if this writer lost its hold. */
  discard(): Promise<void>;

  /** Ends the hold and keeps the session. Does nothing after `commit` or `discard`. */
  release(): Promise<void>;
}
