import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/**
 * The blobs of repositories: content is stored once, and a repository reads only what it *claims*. Only `UploadStore` creates
 * blobs, so every blob was verified against its digest.
 */
export abstract class BlobStore {
  /** Resolves to the size of the blob in bytes, or to `undefined` if the repository does not have it. */
  abstract stat(repository: RepositoryName, digest: Digest): Promise<number | undefined>;

  /** Opens the blob, or resolves to `undefined`. An open blob can be read to its end, even if it is deleted meanwhile. */
  abstract open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined>;

  /**
   * Resolves to a place where another server can get the blob, so that the registry need not send its bytes.
   *
   * Resolves to `undefined` if the repository does not have the blob, or only the storage itself can read it.
   */
  abstract locate(repository: RepositoryName, digest: Digest): Promise<BlobLocation | undefined>;

  /**
   * Yields repositories that claim the blob, each once, in no particular order. Checks at least 1,000 repositories and may leave out
   * others, so that its cost is bounded.
   *
   * @param atMost a hint: the number of repositories that the caller will take
   */
  abstract holders(digest: Digest, atMost?: number): AsyncIterable<RepositoryName>;

  /**
   * Makes `target` claim the blob of `source`, durably and without copying its bytes.
   *
   * Resolves to whether `target` has the blob now: also `true` if it had the blob before and `source` does not have it.
   */
  abstract link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean>;

  /** Removes the repository's claim on the blob. Resolves to whether it had one. */
  abstract unlink(repository: RepositoryName, digest: Digest): Promise<boolean>;
}

/** A place where a blob can be read without the registry. */
export type BlobLocation =
  /** A path below the storage's directory, with `/` between its parts. */
  | { readonly file: string }
  /**
   * A URL that needs no credentials and is valid until a time in milliseconds since the epoch. It is for GET, also of ranges.
   */
  | { readonly url: string; readonly until: number };

/** An open blob. `close` must be called once; afterwards the blob cannot be read. */
export interface OpenBlob {
  readonly size: number;

  /** The whole content, if it is in memory anyway. A wrapper that wants to see what is read leaves it out. */
  readonly whole?: Uint8Array;

  /**
   * Yields the bytes of `range`, which must lie within `size`.
   *
   * A chunk is valid only until the next one is requested: its memory is used again.
   * @throws Error if the content is shorter than `range`
   */
  read(range: ByteRange): AsyncIterable<Uint8Array>;

  /**
   * Ends reads that wait for their bytes: they fail, and so do later ones. Called when the client has left; `close` is called as well.
   * Absent if the bytes never take long.
   */
  leave?(): void;

  close(): Promise<void>;
}
