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
   * The file that the blob is, as a path below the storage's directory with `/` between its parts, for a server that sends files
   * itself; `undefined` when the repository does not have it, or it is not a file.
   */
  abstract fileOf(repository: RepositoryName, digest: Digest): Promise<string | undefined>;

  /**
   * The repositories that claim the blob, in no order.
   *
   * Quick when nobody holds it. Otherwise it may look at every repository until the caller stops.
   */
  abstract holders(digest: Digest): AsyncIterable<RepositoryName>;

  /**
   * Makes `target` claim the blob of `source`, durably and without a copy of its bytes.
   *
   * Answers whether `source` had it; `true` too when `target` had it before.
   */
  abstract link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean>;

  /** Takes the repository's claim away, and no other's. Answers whether there was one. */
  abstract unlink(repository: RepositoryName, digest: Digest): Promise<boolean>;
}

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
