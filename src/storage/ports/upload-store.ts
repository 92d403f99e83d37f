import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';

/**
 * The uploads in progress. Their state is in the store and nowhere else: any process on the same store can continue one.
 */
export abstract class UploadStore {
  /** Begins a session with no bytes, whose running hash is kept by `algorithm`. */
  abstract begin(repository: RepositoryName, algorithm: DigestAlgorithm): Promise<UploadSession>;

  /**
   * The session as it stands, or `undefined` when `repository` has no such session.
   *
   * `offset` counts what was acknowledged, never what an append under way has written so far.
   */
  abstract find(repository: RepositoryName, id: UploadId): Promise<UploadSession | undefined>;

  /**
   * Takes hold of a session for one writer. A holder that has died or stalled loses its hold: its later writes go nowhere.
   *
   * @throws RegistryError `upload-unknown`, or `upload-busy` while another writer holds the session
   */
  abstract open(repository: RepositoryName, id: UploadId): Promise<HeldUpload>;

  /** The sessions that were last written before `time` (milliseconds since the epoch), in no order. */
  abstract idleSince(time: number): AsyncIterable<UploadSession>;
}

/** A session held by one writer, who ends with `commit`, `discard` or `release`, each of which gives it up. */
export interface HeldUpload {
  /** The number of bytes in the session. */
  readonly offset: number;

  /**
   * Writes all of `source` behind `offset` and answers the new one, once those bytes are durable. A chunk is the store's
   * until it asks for the next. With `announced`, the number of bytes that are to come, a store without room for them
   * refuses before it takes the first.
   *
   * When `source` throws, or the writer was relieved, the error comes through; what `source` gave before it threw is kept.
   * @throws RegistryError `storage-full`, with nothing kept of this append; `upload-offset` when the writer was relieved
   */
  append(source: AsyncIterable<Uint8Array>, announced?: number): Promise<number>;

  /**
   * Makes the session's bytes a blob of its repository, durably, and ends the session. Answers the blob's size in bytes.
   *
   * On a mismatch the session stays as it was, held.
   * @throws RegistryError `digest-mismatch`
   */
  commit(digest: Digest): Promise<number>;

  /**
   * The number of bytes that `read` can read: those up to `offset`, and what a running `append` has written after it.
   *
   * Present if `read` is.
   */
  readonly written?: number;

  /**
   * Reads what has been written so far, also while `append` runs: a client can be sent a blob that is still being uploaded.
   *
   * A chunk belongs to the reader only until it asks for the next. A read that has begun continues to its end after the holder
   * gave up the session. Optional.
   * @throws RangeError for a range beyond `written`
   * @throws Error when the session was given up before, and in the middle when a failed append lost bytes of the range
   */
  read?(range: ByteRange): AsyncIterable<Buffer>;

  /** Ends the session and forgets its bytes. A relieved writer's call leaves the next one's session alone. */
  discard(): Promise<void>;

  /** Gives the session back as it stands. Does nothing after `commit` or `discard`. */
  release(): Promise<void>;
}
