import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/**
 * The blobs that repositories have. Content is kept once; a repository *claims* it, and reads only what it claims.
 *
 * Blobs come into being by `UploadStore` alone, so every one of them was verified against its digest.
 */
export abstract class BlobStore {
  /** The size in bytes of the blob, or `undefined` when the repository does not have it. */
  abstract stat(repository: RepositoryName, digest: Digest): Promise<number | undefined>;

  /** Opens the blob for reading, or answers `undefined`. What is open can be read to its end, even when deleted meanwhile. */
  abstract open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined>;

  /**
   * Returns where another server can get the blob, so that the registry need not send its bytes.
   *
   * `undefined` when the repository does not have the blob, or only the storage itself can read it.
   */
  abstract locate(repository: RepositoryName, digest: Digest): Promise<BlobLocation | undefined>;

  /**
   * The repositories that claim the blob, in no order.
   *
   * Quick when nobody holds it. Otherwise it may look at every repository until the caller stops.
   * @param atMost a hint for how many the caller will take
   */
  abstract holders(digest: Digest, atMost?: number): AsyncIterable<RepositoryName>;

  /**
   * Makes `target` claim the blob of `source`, durably and without a copy of its bytes.
   *
   * Answers whether `source` had it; `true` too when `target` had it before.
   */
  abstract link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean>;

  /** Takes the repository's claim away, and no other's. Answers whether there was one. */
  abstract unlink(repository: RepositoryName, digest: Digest): Promise<boolean>;
}

/** Where a blob can be read without the registry. */
export type BlobLocation =
  /** A path below the storage's directory, with `/` between its parts. */
  | { readonly file: string }
  /** A URL that anyone who has it may read, until a time in milliseconds since the epoch. */
  | { readonly url: string; readonly until: number };

/** A blob held open. `close` must be called once, after which nothing is read. */
export interface OpenBlob {
  readonly size: number;

  /**
   * The bytes of `range`, which must lie within `size`.
   *
   * A chunk belongs to the reader only until it asks for the next one: its memory is then used again.
   * The iteration throws when fewer bytes are there than promised.
   */
  read(range: ByteRange): AsyncIterable<Uint8Array>;

  close(): Promise<void>;
}
