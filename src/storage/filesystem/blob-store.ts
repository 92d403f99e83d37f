import { dirname } from 'node:path';

import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../ports/blob-store.js';
import { type BlobLinks } from './blob-links.js';
import { type StoredFile, type StoredFiles } from './stored-files.js';
import { type Trash } from './trash.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound } from '../../files/errors.js';
import { mapDiskFull } from './disk/fs-errors.js';
import { listNames } from './disk/list-names.js';
import { type Layout } from './layout.js';
import { readSmallFile, statOfFile } from './disk/small-files.js';
import { decodeRepository } from './names.js';
import { openFile } from './disk/open-file.js';
import { type ReadBuffers } from './disk/read-buffers.js';

/** A blob of at most this many bytes fits into the buffers of a connection, and is read when it is opened. */
const SMALL_BLOB_BYTES = 64 * 1024;

/** How many repositories `holders` looks at. Each takes some microseconds, and there may be a million. */
const MAX_LOOKS = 1_000;

/** The parts of the storage that keep blobs. */
export interface BlobParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly links: BlobLinks;
  readonly files: StoredFiles;
  readonly trash: Trash;
  readonly buffers: ReadBuffers;
}

/** Stores blobs as files. A blob is read through the repository's claim. */
export class FileBlobStore extends BlobStore {
  constructor(
    private readonly parts: BlobParts,
    private readonly maxLooks = MAX_LOOKS,
  ) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return (await this.find(repository, digest))?.size;
  }

  /** Tries twice: a collector may set the blob aside after it was found, and the second look restores it. */
  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    return (await this.tryOpen(repository, digest)) ?? this.tryOpen(repository, digest);
  }

  private async tryOpen(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const found = await this.find(repository, digest);
    if (found === undefined) return undefined;
    const { path, size } = found;
    if (size > SMALL_BLOB_BYTES) return openFile(path, size, this.parts.buffers);
    const bytes = readSmallFile(path, size);
    return bytes?.byteLength === size ? new SmallBlob(bytes) : undefined;
  }

  override async locate(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<BlobLocation | undefined> {
    const found = await this.find(repository, digest);
    return found && { file: found.path.slice(this.parts.layout.root.length + 1) };
  }

  override async *holders(digest: Digest): AsyncIterable<RepositoryName> {
    const { layout, links } = this.parts;
    if (statOfFile(layout.content(digest)) === undefined) return;
    const recent = links.recent.of(digest);
    if (recent !== undefined && (await this.stat(recent, digest)) !== undefined) yield recent;
    let left = this.maxLooks;
    for await (const name of listNames(layout.repositories)) {
      if (left-- <= 0) return;
      const repository = decodeRepository(name);
      if (repository === undefined || repository === recent) continue;
      // One cheap look: a blob that a collector has set aside is not worth restoring here.
      if (statOfFile(layout.claim(repository, digest)) === undefined) continue;
      if ((await this.stat(repository, digest)) !== undefined) yield repository;
    }
  }

  override link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    return mapDiskFull(() => this.parts.links.mount(target, digest, source));
  }

  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return mapDiskFull(async () => {
      const claim = this.parts.layout.claim(repository, digest);
      if (!(await this.parts.trash.remove(repository, { kind: 'blobs', digest }))) return false;
      await this.parts.durability.syncDirectory(dirname(claim)).catch(ignoreNotFound);
      await this.parts.links.freeUnclaimed(digest);
      return true;
    });
  }

  private find(repository: RepositoryName, digest: Digest): Promise<StoredFile | undefined> {
    return this.parts.files.find(repository, 'blobs', digest);
  }
}

/** A blob that was read when it was opened. */
class SmallBlob implements OpenBlob {
  private closed = false;

  constructor(readonly whole: Uint8Array) {}

  get size(): number {
    return this.whole.byteLength;
  }

  async *read({ start, end }: ByteRange): AsyncIterable<Uint8Array> {
    if (this.closed) throw new Error('the blob is closed');
    if (end >= this.size) throw new Error('the file is shorter than expected');
    yield this.whole.subarray(start, end + 1);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
